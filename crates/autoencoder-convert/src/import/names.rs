//! Names of layers: their order, and what they tell.

use std::cmp::Ordering;

/// The order of names as people count: `layer2` before `layer10`.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (mut a_rest, mut b_rest) = (a, b);
    while !a_rest.is_empty() && !b_rest.is_empty() {
        let ((a_piece, a_next), (b_piece, b_next)) = (piece(a_rest), piece(b_rest));
        let order = match (digits(a_piece), digits(b_piece)) {
            (Some(a), Some(b)) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
            (Some(_) | None, None) | (None, Some(_)) => a_piece.cmp(b_piece),
        };
        if order != Ordering::Equal {
            return order;
        }
        (a_rest, b_rest) = (a_next, b_next);
    }
    a_rest.len().cmp(&b_rest.len()).then_with(|| a.cmp(b))
}

/// The first digits of a text, or all that comes before digits.
fn piece(text: &str) -> (&str, &str) {
    let is_digit = text.starts_with(|sign: char| sign.is_ascii_digit());
    let end = text.find(|sign: char| sign.is_ascii_digit() != is_digit).unwrap_or(text.len());
    text.split_at(end)
}

/// The digits of a piece without leading zeros.
fn digits(piece: &str) -> Option<&str> {
    piece.starts_with(|sign: char| sign.is_ascii_digit()).then(|| piece.trim_start_matches('0'))
}

/// The part of a model that a layer belongs to, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Encoder,
    Unknown,
    Decoder,
}

impl Side {
    /// What a name tells: `encoder.0`, `net.enc1`, `dec_out`.
    pub(super) fn of(name: &str) -> Self {
        let begins = |part: &str, with: &str| part.to_ascii_lowercase().starts_with(with);
        let mut parts = name.split('.');
        let found = parts.find_map(|part| match (begins(part, "enc"), begins(part, "dec")) {
            (true, _) => Some(Self::Encoder),
            (false, true) => Some(Self::Decoder),
            (false, false) => None,
        });
        found.unwrap_or(Self::Unknown)
    }
}

/// Whether a layer gives the means of a variational code, by its name: `fc_mu`, `encoder.mean`.
pub(super) fn is_mean(name: &str) -> bool {
    let last = last_part(name);
    last.split('_').any(|word| ["mu", "mean", "means"].contains(&word))
}

/// Whether a layer gives the logarithms of the variances of a variational code, by its name: `fc_var`, `logvar`.
pub(super) fn is_log_variance(name: &str) -> bool {
    let last = last_part(name);
    last.replace('_', "").contains("logvar") || last.split('_').any(|word| word == "var")
}

fn last_part(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_the_order_in_which_people_count() {
        let mut names = ["fc10", "fc2", "a.10.b", "a.9.b", "fc", "a.09", "fc1"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["a.09", "a.9.b", "a.10.b", "fc", "fc1", "fc2", "fc10"]);
    }

    #[test]
    fn names_tell_the_side_and_the_code() {
        assert_eq!(
            ["encoder.0", "model.Enc1", "dec_out", "fc1"].map(Side::of),
            [Side::Encoder, Side::Encoder, Side::Decoder, Side::Unknown]
        );
        assert!(is_mean("fc_mu") && is_mean("encoder.mean") && !is_mean("mullion") && !is_mean("mu.0"));
        assert!(is_log_variance("fc_logvar") && is_log_variance("log_var") && is_log_variance("fc_var"));
        assert!(!is_log_variance("variant"));
    }
}
