//! The choice of the arrays that are read: by a key, by names that others use, or because there is only one.

use std::path::Path;

use super::member::Member;
use crate::data::element::conversion;
use crate::failure::{Failure, Outcome};
use crate::terminal::similar;

/// The largest number of arrays that a message lists.
const SHOWN: usize = 20;

/// The arrays that are read, as indices.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// The training samples, or all samples.
    pub(super) train: Pair,
    /// The test samples, where they are an array of their own.
    pub(super) test: Option<Pair>,
    /// What was assumed, where nobody gave a key.
    pub(super) assumed: Option<String>,
}

/// Samples, and their labels if there are any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) samples: usize,
    pub(super) labels: Option<usize>,
}

/// Names under which others publish samples and labels, and test samples and their labels where these are apart.
const NAMES: [([&str; 2], Option<[&str; 2]>); 7] = [
    // Keras
    (["x_train", "y_train"], Some(["x_test", "y_test"])),
    (["X_train", "y_train"], Some(["X_test", "y_test"])),
    // MedMNIST
    (["train_images", "train_labels"], Some(["test_images", "test_labels"])),
    // ADBench, scikit-learn
    (["X", "y"], None),
    (["x", "y"], None),
    (["data", "target"], None),
    (["images", "labels"], None),
];

impl Choice {
    /// Chooses among the arrays of the file at `path`.
    pub(super) fn of(path: &Path, members: &[Member], key: Option<&str>) -> Outcome<Self> {
        let position = |name: &str| members.iter().position(|member| member.name == name);
        let pair = |[samples, labels]: [&str; 2]| {
            let samples = position(samples).filter(|&samples| members[samples].is_samples())?;
            let count = members[samples].shape[0];
            let labels = position(labels).filter(|&labels| members[labels].is_labels_of(count));
            Some(Pair { samples, labels })
        };
        if let Some(key) = key {
            let samples = index(path, members, key)?;
            let mut names = NAMES.iter().flat_map(|(train, test)| [Some(*train), *test]).flatten();
            let named =
                names.find_map(|names| pair(names).filter(|pair| names[0] == key && pair.labels.is_some()));
            let assumed = named
                .and_then(|pair| pair.labels)
                .map(|labels| format!("{} is read as the labels of {key}", members[labels].name));
            return Ok(Self { train: named.unwrap_or(Pair { samples, labels: None }), test: None, assumed });
        }
        for (train, test) in NAMES {
            if let Some(train) = pair(train) {
                let test = test.and_then(pair);
                return Ok(Self { assumed: told(path, members, train, test), train, test });
            }
        }
        let samples: Vec<usize> = (0..members.len()).filter(|&index| members[index].is_samples()).collect();
        match samples[..] {
            [samples] => {
                let train = Pair { samples, labels: None };
                Ok(Self { assumed: told(path, members, train, None), train, test: None })
            }
            [] => {
                // An array of rows that is not read has the wrong element type.
                if let Some(member) = members.iter().find(|member| member.has_rows()) {
                    let key = format!("{}:{}", path.display(), member.name);
                    return Err(unreadable(Path::new(&key), member));
                }
                let what = format_args!("expected an array of samples, found {}", listed(members));
                Err(Failure::at(path, what)
                    .advise("samples are the rows of an array of 2 or more dimensions"))
            }
            [first, ..] => {
                let what = format_args!("expected one array of samples, found {}", listed(members));
                let example = format_args!("{}:{}", path.display(), members[first].name).to_string();
                Err(Failure::at(path, what)
                    .advise(format_args!("name one behind a colon, such as {example}")))
            }
        }
    }
}

/// The index of the array of this name.
pub(super) fn index(path: &Path, members: &[Member], key: &str) -> Outcome<usize> {
    members.iter().position(|member| member.name == key).ok_or_else(|| {
        let what = format_args!("found no array {key} among {}", listed(members));
        let failure = Failure::at(path, what);
        match similar(members.iter().map(|member| member.name.as_str()), key) {
            Some(name) => failure.advise(format_args!("the nearest name is {name}")),
            None => failure.advise("give the name of one of them behind the colon"),
        }
    })
}

/// The failure that the elements of an array are of a type that is not read.
pub(super) fn unreadable(path: &Path, member: &Member) -> Failure {
    let found = &member.element_type;
    let what = format_args!(
        "element type: expected bool, integers or floating-point numbers of up to 8 bytes, found {found}"
    );
    Failure::at(path, what).advise(conversion(found))
}

/// The names of the arrays with their shapes and types.
fn listed(members: &[Member]) -> String {
    let of = |member: &Member| {
        let sizes: Vec<String> = member.shape.iter().map(ToString::to_string).collect();
        let sizes = if sizes.is_empty() { "a single number of".to_owned() } else { sizes.join(" x ") };
        format!("{} ({sizes} {})", member.name, member.element_type)
    };
    if members.is_empty() {
        return "no arrays".to_owned();
    }
    let more = if members.len() > SHOWN { ", ..." } else { "" };
    format!("{}{more}", members.iter().take(SHOWN).map(of).collect::<Vec<_>>().join(", "))
}

/// Says which arrays are read, unless there is no other.
fn told(path: &Path, members: &[Member], train: Pair, test: Option<Pair>) -> Option<String> {
    if members.len() == 1 {
        return None;
    }
    let name = |index: usize| members[index].name.as_str();
    let pair = |pair: Pair| match pair.labels {
        Some(labels) => format!("{} with the labels {}", name(pair.samples), name(labels)),
        None => name(pair.samples).to_owned(),
    };
    let read = match test {
        Some(test) => format!("the training split is {}, the test split {}", pair(train), pair(test)),
        None => format!("the samples are {}", pair(train)),
    };
    let used: Vec<usize> = [Some(train), test]
        .into_iter()
        .flatten()
        .flat_map(|pair| [Some(pair.samples), pair.labels])
        .flatten()
        .collect();
    let left: Vec<&str> = (0..members.len()).filter(|index| !used.contains(index)).map(name).collect();
    let not_read = match left.len() {
        0 => String::new(),
        count if count > SHOWN => format!("; {count} other arrays are not read"),
        _ => format!("; not read: {}", left.join(", ")),
    };
    Some(format!("{read}{not_read}; {}:NAME reads one array alone", path.display()))
}

#[cfg(test)]
mod tests {
    use super::super::member::Body;
    use super::*;
    use crate::data::array::Layout;
    use crate::data::element::ElementKind;

    fn members(arrays: &[(&str, &[usize])]) -> Vec<Member> {
        let member = |&(name, shape): &(&str, &[usize])| {
            let kind = if name == "words" { None } else { Some(ElementKind::F32) };
            let layout =
                |kind| Layout { shape: shape.to_vec(), kind, big_endian: false, fortran_order: false };
            Member {
                name: name.to_owned(),
                shape: shape.to_vec(),
                element_type: kind.map_or("<U9", ElementKind::name).to_owned(),
                layout: kind.map(layout),
                body: Body::Bytes { offset: 0 },
            }
        };
        arrays.iter().map(member).collect()
    }

    fn choose(arrays: &[(&str, &[usize])], key: Option<&str>) -> Outcome<Choice> {
        Choice::of(Path::new("a.npz"), &members(arrays), key)
    }

    const KERAS: [(&str, &[usize]); 4] =
        [("x_test", &[2, 4, 4]), ("x_train", &[6, 4, 4]), ("y_train", &[6]), ("y_test", &[2])];

    #[test]
    fn names_that_others_use_are_understood_and_said() {
        let keras = choose(&KERAS, None).unwrap();
        assert_eq!(keras.train, Pair { samples: 1, labels: Some(2) });
        assert_eq!(keras.test, Some(Pair { samples: 0, labels: Some(3) }));
        assert_eq!(
            keras.assumed.unwrap(),
            "the training split is x_train with the labels y_train, the test split x_test with the labels y_test; \
             a.npz:NAME reads one array alone"
        );
        let adbench = choose(&[("X", &[6, 4]), ("y", &[6, 1])], None).unwrap();
        assert_eq!((adbench.train.labels, adbench.test), (Some(1), None));
        assert!(adbench.assumed.unwrap().starts_with("the samples are X with the labels y; a.npz"));
        // What does not fit is no label.
        let other = choose(&[("X", &[6, 4]), ("y", &[5])], None).unwrap();
        assert_eq!(other.train.labels, None);
        assert!(other.assumed.unwrap().contains("the samples are X; not read: y; "));
    }

    #[test]
    fn an_array_alone_needs_no_key_and_no_note() {
        let alone = choose(&[("arr_0", &[6, 4])], None).unwrap();
        assert_eq!((alone.train, alone.assumed), (Pair { samples: 0, labels: None }, None));
        let one = choose(&[("mean", &[4]), ("codes", &[6, 4]), ("words", &[6, 4])], None).unwrap();
        assert_eq!(one.train.samples, 1);
        assert!(one.assumed.unwrap().contains("not read: mean, words"));
    }

    #[test]
    fn a_key_names_one_array_and_finds_its_labels() {
        let test = choose(&KERAS, Some("x_test")).unwrap();
        assert_eq!((test.train, test.test), (Pair { samples: 0, labels: Some(3) }, None));
        assert_eq!(test.assumed.unwrap(), "y_test is read as the labels of x_test");
        let labels = choose(&KERAS, Some("y_test")).unwrap();
        assert_eq!((labels.train.samples, labels.assumed), (3, None));
        let refused = choose(&KERAS, Some("x_tset")).unwrap_err().to_string();
        assert!(refused.ends_with("y_test (2 f32); the nearest name is x_test"), "{refused}");
    }

    #[test]
    fn what_leaves_a_doubt_is_refused_with_all_arrays() {
        let refused =
            choose(&[("a", &[6, 4]), ("b", &[2, 3]), ("words", &[3])], None).unwrap_err().to_string();
        assert_eq!(
            refused,
            "a.npz: expected one array of samples, found a (6 x 4 f32), b (2 x 3 f32), words (3 <U9); \
             name one behind a colon, such as a.npz:a"
        );
        let none: [&[(&str, &[usize])]; 4] = [&[], &[("a", &[6])], &[("words", &[6])], &[("a", &[0, 4])]];
        for arrays in none {
            let refused = choose(arrays, None).unwrap_err().to_string();
            assert!(refused.starts_with("a.npz: expected an array of samples, found "), "{refused}");
        }
        let refused = choose(&[("a", &[6]), ("words", &[6, 4])], None).unwrap_err().to_string();
        assert_eq!(
            refused,
            "a.npz:words: element type: expected bool, integers or floating-point numbers of up to 8 bytes, found <U9; \
             a .csv file may hold words; array.astype('float32') converts text that is numbers"
        );
    }
}
