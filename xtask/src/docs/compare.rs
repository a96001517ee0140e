//! Compares what a page prints with what comes out: numbers to their last printed digit, everything else to the letter.

/// How strictly a page's lines are compared with what was printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strictness {
    /// Every number and every word: the data is what the page was written with.
    Numbers,
    /// Each line has at least as many numbers as on the page: the data is another, and its name may have some of its own.
    Form,
}

/// Whether `found` is the printed number, within one unit of the last digit that is printed.
pub(super) fn agrees(printed: &str, found: f64) -> bool {
    let plain = printed.replace(',', "");
    let (mantissa, exponent) = plain
        .split_once('e')
        .map_or((plain.as_str(), 0), |(mantissa, exponent)| (mantissa, exponent.parse::<i32>().unwrap_or(0)));
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let Ok(value) = plain.parse::<f64>() else { return false };
    let last_digit = 10f64.powi(exponent - i32::try_from(decimals).unwrap_or(i32::MAX));
    (value - found).abs() <= last_digit * (1.0 + 1e-9)
}

/// Looks for the lines of a page, one after the other, in what was printed; an error names the first line that differs.
pub(super) fn output(expected: &[String], printed: &str, strictness: Strictness) -> Result<(), String> {
    let printed: Vec<&str> = printed.lines().collect();
    let seconds = column_from_the_end(expected, "seconds");
    let matched = |first: usize| {
        expected
            .iter()
            .zip(&printed[first..])
            .take_while(|(expected, found)| line(expected, found, seconds, strictness))
            .count()
    };
    let best = (0..printed.len())
        .map(|first| (matched(first), first))
        .max_by_key(|&(count, first)| (count, usize::MAX - first));
    match best {
        Some((count, _)) if count == expected.len() => Ok(()),
        Some((count, first)) => {
            let found = printed.get(first + count).copied().unwrap_or("nothing more");
            Err(format!("expected `{}`, found `{found}`", expected[count].trim()))
        }
        None => Err("expected output, found none".to_owned()),
    }
}

/// The place of the column `name` in a table, counted from the end, since names in its first columns may have blanks.
fn column_from_the_end(lines: &[String], name: &str) -> Option<usize> {
    lines.first()?.split_whitespace().rev().position(|word| word == name)
}

fn line(expected: &str, found: &str, seconds: Option<usize>, strictness: Strictness) -> bool {
    let [expected, found] = [expected, found].map(|line| line.split_whitespace().collect::<Vec<_>>());
    match strictness {
        Strictness::Form => {
            let numbers = |words: &[&str]| words.iter().filter(|word| number(word).is_some()).count();
            numbers(&expected) <= numbers(&found)
        }
        Strictness::Numbers => {
            let is_time = |place: usize| {
                let unit = expected.get(place + 1).map(|word| word.trim_end_matches([',', '.', ';']));
                matches!(unit, Some("s" | "samples/s")) || seconds == Some(expected.len() - 1 - place)
            };
            expected.len() == found.len()
                && expected.iter().zip(&found).enumerate().all(|(place, (expected, found))| {
                    expected == found
                        || match (number(expected), number(found)) {
                            (Some(_), Some(_)) if is_time(place) => true,
                            (Some(printed), Some(found)) => {
                                found.replace(',', "").parse().is_ok_and(|found| agrees(printed, found))
                            }
                            _ => false,
                        }
                })
        }
    }
}

/// The number that a word is, without the marks around it.
fn number(word: &str) -> Option<&str> {
    let word = word.trim_matches(['(', ')', ',', ':', ';', '`']);
    let word = word.strip_suffix('.').unwrap_or(word);
    word.replace(',', "").parse::<f64>().ok().map(|_| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_number_agrees_to_one_in_its_last_digit() {
        for (printed, found) in
            [("0.0103", 0.010_258), ("101.74", 101.735), ("1,000", 1000.0), ("2.5e-7", 2.4e-7)]
        {
            assert!(agrees(printed, found), "{printed} {found}");
        }
        for (printed, found) in [("0.0103", 0.010_1), ("0.005661", 0.005_663), ("2", 3.5), ("word", 1.0)] {
            assert!(!agrees(printed, found), "{printed} {found}");
        }
    }

    #[test]
    fn a_wrong_number_or_word_is_said() {
        let printed = "data\nmean squared error over 10 samples\n  this model   0.010258   (19.89 dB)\nend\n";
        let compare = |page: &str| output(&lines(page), printed, Strictness::Numbers);
        assert_eq!(compare("mean squared error over 10 samples\n  this model  0.010257 (19.89 dB)"), Ok(()));
        let wrong =
            compare("mean squared error over 10 samples\n  this model  0.0103 (19.79 dB)").unwrap_err();
        assert!(wrong.contains("19.79") && wrong.contains("19.89"), "{wrong}");
        assert!(compare("mean squared error over 11 samples").is_ok(), "one in the last digit");
        assert!(compare("mean squared error over 12 samples").is_err());
        assert!(compare("mean absolute error over 10 samples").is_err());
        assert!(compare("end\nand more").unwrap_err().contains("nothing more"));
        assert!(output(&lines("a"), "", Strictness::Numbers).is_err());
    }

    #[test]
    fn times_and_rates_are_left_out() {
        let compare = |page: &str, printed: &str| output(&lines(page), printed, Strictness::Numbers);
        assert_eq!(
            compare("epoch 1: 0.25, 1.2 s, 83,000 samples/s", "epoch 1: 0.25, 9.9 s, 120 samples/s"),
            Ok(())
        );
        let table = "rank  train loss  seconds  folder\n1  0.5  1.2  runs/a";
        assert_eq!(compare(table, "rank train loss seconds folder\n1 0.5 7.5 runs/a"), Ok(()));
        assert!(compare(table, "rank train loss seconds folder\n1 0.7 1.2 runs/a").is_err());
    }

    #[test]
    fn the_form_is_that_a_line_has_its_numbers() {
        let compare = |page: &str, printed: &str| output(&lines(page), printed, Strictness::Form);
        assert_eq!(compare("error 0.5 over 10", "error 0.7 over 400"), Ok(()));
        assert_eq!(compare("error 0.5 against mnist", "error 0.7 against digits (seed 0)"), Ok(()));
        assert!(compare("error 0.5 over 10", "error 0.7").is_err());
    }
}
