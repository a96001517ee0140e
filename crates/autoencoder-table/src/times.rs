//! Dates and times of a table, and the numbers that are made of them.

use std::f64::consts::TAU;

use autoencoder::{DateOrder, TimePart};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::Offset;

/// How the times of a column are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TimeReading {
    pub(crate) parts: Vec<TimePart>,
    pub(crate) order: DateOrder,
}

/// The orders in which dates may be written.
const ORDERS: [DateOrder; 3] = [DateOrder::YearMonthDay, DateOrder::DayMonthYear, DateOrder::MonthDayYear];

/// The seconds of a day.
const DAY: f64 = 86_400.0;

/// A field that tells a time.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Moment {
    /// The date, unless the field has none.
    date: Option<Date>,
    time: Time,
    /// What the clock is ahead of that of Greenwich, where the field says so.
    offset: Option<Offset>,
}

impl TimeReading {
    /// The number of numbers that are made of a time.
    pub(crate) fn features(&self) -> usize {
        self.parts.iter().map(|part| part.features()).sum()
    }

    /// Writes the numbers of a field; `None` if the field is no such time, or has no date and one is needed.
    pub(crate) fn read(&self, field: &str, numbers: &mut [f64]) -> Option<()> {
        // A year of four digits in front can be nothing else, as in dates that a model wrote.
        let moment = Moment::of(field, self.order).or_else(|| Moment::of(field, DateOrder::YearMonthDay))?;
        self.write(moment, numbers)
    }

    fn write(&self, moment: Moment, numbers: &mut [f64]) -> Option<()> {
        let mut at = 0;
        for &part in &self.parts {
            let count = part.features();
            moment.write(part, &mut numbers[at..at + count])?;
            at += count;
        }
        Some(())
    }
}

/// The orders in which all of these fields are dates or times with these parts.
pub(crate) fn orders<'a>(
    fields: impl Iterator<Item = &'a str> + Clone,
    parts: &[TimePart],
) -> Vec<DateOrder> {
    let reading = TimeReading { parts: parts.to_vec(), order: DateOrder::default() };
    let mut numbers = vec![0.0; reading.features()];
    let mut reads = |order: &DateOrder| {
        fields.clone().all(|field| {
            Moment::of(field, *order).is_some_and(|moment| reading.write(moment, &mut numbers).is_some())
        })
    };
    ORDERS.into_iter().filter(|order| reads(order)).collect()
}

/// The date that is so many days after the beginning of 1970, as text: to the day, or to the second if `has_clock`. Days that no
/// calendar has are the nearest that one has.
///
/// ```
/// use autoencoder_table::time_of_days;
/// assert_eq!(time_of_days(1.5, true), "1970-01-02 12:00:00");
/// assert_eq!(time_of_days(0.9, false), "1970-01-02");
/// ```
pub fn time_of_days(days: f64, has_clock: bool) -> String {
    let seconds = if has_clock { (days * DAY).round() } else { days.round() * DAY };
    let (least, most) = (Timestamp::MIN.as_second() as f64, Timestamp::MAX.as_second() as f64);
    // A number that is none becomes 0.
    #[allow(clippy::cast_possible_truncation, reason = "clamped to what a time can be")]
    let second = if seconds.is_nan() { 0 } else { seconds.clamp(least, most) as i64 };
    let time = Offset::UTC.to_datetime(Timestamp::from_second(second).unwrap_or_default());
    time.strftime(if has_clock { "%Y-%m-%d %H:%M:%S" } else { "%Y-%m-%d" }).to_string()
}

/// The numbers of times, in order that they can be compared: plain numbers as they are, or else days, of dates from the beginning of
/// 1970 on and of clocks without a date from midnight on. Where dates can be read in several ways, that in which they do not
/// fall is taken. `Err` has the index of the first field that is no time as those before it are.
///
/// ```
/// use autoencoder_table::times_of;
/// assert_eq!(times_of(["7", "8.5"]), Ok(vec![7.0, 8.5]));
/// assert_eq!(times_of(["02.01.1970", "03.01.1970 12:00"]), Ok(vec![1.0, 2.5]));
/// assert_eq!(times_of(["2026-12-01", "soon"]), Err(1));
/// ```
///
/// # Errors
/// The index of a field that is no time.
pub fn times_of<'a>(fields: impl IntoIterator<Item = &'a str> + Clone) -> Result<Vec<f64>, usize> {
    let number = |field: &str| field.trim().parse().ok().filter(|number: &f64| number.is_finite());
    let read = |order: DateOrder| {
        move |field: &str| {
            let moment = Moment::of(field.trim(), order)?;
            let behind = f64::from(moment.offset.map_or(0, Offset::seconds)) / DAY;
            Some(moment.date.map_or(0.0, days) + moment.of_day() - behind)
        }
    };
    let all = |of: &dyn Fn(&str) -> Option<f64>| -> Result<Vec<f64>, usize> {
        let fields = fields.clone().into_iter().enumerate();
        fields.map(|(index, field)| of(field).ok_or(index)).collect()
    };
    let ways = [all(&number), all(&read(ORDERS[0])), all(&read(ORDERS[1])), all(&read(ORDERS[2]))];
    let rising = ways.iter().position(|way| way.as_ref().is_ok_and(|times| times.is_sorted()));
    let read = rising.or_else(|| ways.iter().position(Result::is_ok));
    let place = read.unwrap_or_else(|| {
        let reach = |way: &Result<Vec<f64>, usize>| way.as_ref().err().copied();
        (0..ways.len()).max_by_key(|&place| reach(&ways[place])).unwrap_or_default()
    });
    ways.into_iter().nth(place).unwrap_or(Err(0))
}

impl Moment {
    fn of(field: &str, order: DateOrder) -> Option<Self> {
        if let Ok(time) = field.parse::<Time>()
            && field.contains(':')
            && !field.contains('-')
        {
            return Some(Self { date: None, time, offset: None });
        }
        // The date ends where a T or a blank stands before the time.
        let end = field.find(['T', 't', ' ']).unwrap_or(field.len());
        let (date, rest) = field.split_at(end);
        let mut parts = date.split(['-', '/', '.']);
        let parts: [&str; 3] =
            [parts.next()?, parts.next()?, parts.next().filter(|_| parts.next().is_none())?];
        if !parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())) {
            return None;
        }
        let [year, month, day] = match order {
            DateOrder::YearMonthDay => parts,
            DateOrder::DayMonthYear => [parts[2], parts[1], parts[0]],
            DateOrder::MonthDayYear => [parts[2], parts[0], parts[1]],
        };
        // A year of two digits may be of any century.
        if year.len() != 4 || month.len() > 2 || day.len() > 2 {
            return None;
        }
        let text = format!("{year}-{month:0>2}-{day:0>2}{rest}");
        let pieces = Pieces::parse(&text).ok()?;
        let offset = pieces.offset().map(|offset| match offset {
            PiecesOffset::Numeric(numeric) => numeric.offset(),
            // Zulu, which is the time of Greenwich.
            _ => Offset::UTC,
        });
        Some(Self { date: Some(pieces.date()), time: pieces.time().unwrap_or(Time::midnight()), offset })
    }

    /// Writes a part of the time; `None` if it needs a date and there is none.
    fn write(&self, part: TimePart, numbers: &mut [f64]) -> Option<()> {
        let of_day = self.of_day();
        let turn = match part {
            TimePart::Days => {
                let behind = f64::from(self.offset.map_or(0, Offset::seconds)) / DAY;
                numbers[0] = days(self.date?) + of_day - behind;
                return Some(());
            }
            TimePart::Year => {
                let date = self.date?;
                (f64::from(date.day_of_year() - 1) + of_day) / f64::from(date.days_in_year())
            }
            TimePart::Weekday => (f64::from(self.date?.weekday().to_monday_zero_offset()) + of_day) / 7.0,
            TimePart::Hour => of_day,
        };
        (numbers[0], numbers[1]) = (TAU * turn).sin_cos();
        Some(())
    }

    /// The time of day, from 0 at midnight to 1 at the next.
    fn of_day(&self) -> f64 {
        let time = self.time;
        let seconds =
            f64::from(time.hour()) * 3600.0 + f64::from(time.minute()) * 60.0 + f64::from(time.second());
        (seconds + f64::from(time.subsec_nanosecond()) * 1e-9) / DAY
    }
}

/// The days from the beginning of 1970 to a date.
fn days(date: Date) -> f64 {
    let start = DateTime::constant(1970, 1, 1, 0, 0, 0, 0).date();
    date.duration_since(start).as_secs() as f64 / DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(field: &str, order: DateOrder, parts: &[TimePart]) -> Option<Vec<f64>> {
        let reading = TimeReading { parts: parts.to_vec(), order };
        let mut numbers = vec![0.0; reading.features()];
        reading.read(field, &mut numbers).map(|()| numbers)
    }

    fn days(field: &str, order: DateOrder) -> Option<f64> {
        read(field, order, &[TimePart::Days]).map(|numbers| numbers[0])
    }

    #[test]
    fn times_are_read_in_the_way_in_which_they_rise() {
        assert_eq!(times_of(["12:00:00", "18:00:00"]), Ok(vec![0.5, 0.75]));
        assert_eq!(times_of(["1e3", " 2000 "]), Ok(vec![1000.0, 2000.0]));
        assert_eq!(times_of(["01/31/1970", "02/01/1970"]), Ok(vec![30.0, 31.0]));
        // Both orders read all of these: months rise, or days fall.
        assert_eq!(times_of(["05/01/1970", "06/01/1970", "04/02/1970"]), Ok(vec![4.0, 5.0, 34.0]));
        assert_eq!(times_of(["2026-01-01", "2026-01-02", "x", "2026-01-03"]), Err(2));
        assert_eq!(times_of(["nan"]), Err(0));
        assert_eq!(times_of([]), Ok(vec![]));
    }

    #[test]
    fn days_are_counted_from_1970() {
        let usual = DateOrder::YearMonthDay;
        for (field, expected) in [
            ("1970-01-01", 0.0),
            ("1970-01-02 12:00", 1.5),
            ("2000/1/1", 10_957.0),
            ("2000-01-01T06:00:00Z", 10_957.25),
            ("2000-01-01T06:00:00+06:00", 10_957.0),
            ("1969-12-31", -1.0),
        ] {
            assert_eq!(days(field, usual), Some(expected), "{field}");
        }
        assert_eq!(days("31.01.1970", DateOrder::DayMonthYear), Some(30.0));
        assert_eq!(days("1/31/1970 18:00", DateOrder::MonthDayYear), Some(30.75));
        for none in ["31.1.70", "2000-13-01", "1.5", "12:30", "2000-01-01 25:00", "2000-01", "x", ""] {
            assert_eq!(days(none, usual), None, "{none}");
        }
    }

    #[test]
    fn what_comes_round_is_a_pair() {
        let near = |numbers: Option<Vec<f64>>, expected: [f64; 2]| {
            let numbers = numbers.unwrap();
            assert!(numbers.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{numbers:?}");
        };
        let usual = DateOrder::YearMonthDay;
        near(read("06:00", usual, &[TimePart::Hour]), [1.0, 0.0]);
        near(read("2024-01-01", usual, &[TimePart::Year]), [0.0, 1.0]);
        // The first of January of 2024 was a Monday.
        near(read("2024-01-01", usual, &[TimePart::Weekday]), [0.0, 1.0]);
        near(read("2024-01-04 12:00", usual, &[TimePart::Weekday]), [0.0, -1.0]);
    }

    #[test]
    fn the_order_of_dates_is_told_from_all_of_them() {
        let of = |fields: &[&str]| orders(fields.iter().copied(), &[TimePart::Days]);
        assert_eq!(of(&["1/2/2024", "31/1/2024"]), [DateOrder::DayMonthYear]);
        assert_eq!(of(&["1/2/2024", "1/31/2024"]), [DateOrder::MonthDayYear]);
        assert_eq!(of(&["1/2/2024", "2/3/2024"]), [DateOrder::DayMonthYear, DateOrder::MonthDayYear]);
        assert_eq!(of(&["2024-01-31"]), [DateOrder::YearMonthDay]);
        assert_eq!(of(&["today"]), []);
    }
}
