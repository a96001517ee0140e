//! A verdict in words: a table of errors, and the remark that compares them.

use std::fmt::Write;

use super::Verdict;
use crate::run::baselines::{Baselines, PrincipalComponents};
use crate::run::by_column::{self, ByColumn};
use crate::terminal::numerals::{self, counted};

/// The share of the mean sample's error below which an error is zero but for rounding.
const EXACT: f64 = 1e-10;

const OF_ONE_SAMPLE: &str = "No verdict: the model was trained on one sample, which does not tell the mean sample and PCA how samples vary.\n";

impl Verdict {
    /// The verdict as a table with a closing remark.
    pub(crate) fn table(&self) -> String {
        let columns = self.columns();
        let by_column = if self.shows_columns { by_column::table(columns) } else { String::new() };
        if self.is_table { self.of_table(columns, &by_column) } else { self.of_features(&by_column) }
    }

    /// The errors of the model and of the baselines: the heads of all cells but the first, and a row for each, which begins with its name.
    pub(crate) fn rows(&self) -> (Vec<&'static str>, Vec<Vec<String>>) {
        if !self.is_table {
            let rows = self.lines_of_features().into_iter();
            return (
                vec!["mean squared error"],
                rows.map(|(name, mse, _)| vec![name, numerals::error(mse)]).collect(),
            );
        }
        let summary = by_column::summary(self.columns());
        let row = |(which, name): (usize, String)| {
            let cells: Option<Vec<String>> = summary.iter().map(|(_, cells)| cells[which].clone()).collect();
            Some(std::iter::once(name).chain(cells?).collect())
        };
        let rows = self.names_of_table().into_iter().enumerate().filter_map(row).collect();
        (summary.iter().map(|(what, _)| *what).collect(), rows)
    }

    /// The loss of a variational model in words; empty for other models.
    pub(crate) fn nats(&self) -> String {
        self.nats.map_or_else(String::new, |nats| nats.lines())
    }

    /// The closing remark: how the model compares with the baselines.
    pub(crate) fn closing(&self) -> String {
        if !self.is_table {
            self.remark()
        } else if self.knows_one_sample {
            OF_ONE_SAMPLE.to_owned()
        } else {
            by_column::remark(self.columns())
        }
    }

    /// The names of the model and of the baselines, for rows of a table with words or holes.
    fn names_of_table(&self) -> [String; 3] {
        [
            format!("this model, {} a code", counted(self.code, "number")),
            "mean, most frequent word".to_owned(),
            format!("PCA, {}", counted(self.code, "component")),
        ]
    }

    /// The verdict on rows of a table with words or holes: means over the columns of each kind.
    fn of_table(&self, columns: &[ByColumn], by_column: &str) -> String {
        let names = self.names_of_table();
        let summary = by_column::summary(columns);
        let width = names.iter().map(String::len).max().unwrap_or(0);
        let cell = |text: &str| format!("   {text:>18}");
        let heads: String = summary.iter().map(|(what, _)| cell(what)).collect();
        let mut text = format!(
            "errors over {} of {}, means over the columns\n  {:width$}{heads}\n",
            counted(self.samples, "sample"),
            counted(columns.len(), "column"),
            ""
        );
        for (which, name) in names.iter().enumerate() {
            let cells: Option<String> =
                summary.iter().map(|(_, cells)| cells[which].as_deref().map(cell)).collect();
            if let Some(cells) = cells {
                let _ = writeln!(text, "  {name:width$}{cells}");
            }
        }
        format!("{text}{by_column}{}", self.closing())
    }

    /// The errors of the model and of the baselines over all features: each with its name, its error, and its ratio to noise.
    fn lines_of_features(&self) -> Vec<(String, f64, String)> {
        let psnr = self.psnr_db.map_or_else(String::new, |db| format!("   ({db:.2} dB)"));
        let mut rows = vec![(format!("this model, {} a code", counted(self.code, "number")), self.mse, psnr)];
        if let Some(Baselines { mean, pca, input, .. }) = &self.baselines {
            if let Some(input) = input {
                rows.push(("the samples as given".to_owned(), input.mse, String::new()));
            }
            rows.push(("mean sample".to_owned(), mean.mse, String::new()));
            rows.push((format!("PCA, {}", counted(pca.components, "component")), pca.mse, String::new()));
        }
        rows
    }

    fn of_features(&self, by_column: &str) -> String {
        let rows = self.lines_of_features();
        let width = rows.iter().map(|row| row.0.len()).max().unwrap_or(0);
        let against = self.against.as_ref().map_or_else(String::new, |name| format!(", against {name}"));
        let head = format!(
            "mean squared error over {} of {}{against}",
            counted(self.samples, "sample"),
            counted(self.features, "feature")
        );
        let line = |(name, mse, psnr)| format!("  {name:width$}   {}{psnr}", numerals::error(mse));
        let lines: Vec<String> = rows.into_iter().map(line).collect();
        let nats = self.nats();
        format!("{head}\n{}\n{nats}{by_column}{}", lines.join("\n"), self.remark())
    }

    /// The remark that compares the model's error with those of the baselines.
    fn remark(&self) -> String {
        let Some(Baselines { mean, pca, input, .. }) = &self.baselines else {
            if self.knows_one_sample {
                return OF_ONE_SAMPLE.to_owned();
            }
            return format!(
                "No verdict: the mean sample and PCA would have to be fitted to the very samples that they are judged \
                 on, which says nothing for fewer than {}. The folder of a run whose data is there is compared with its \
                 training data.\n",
                Self::fewest(self.code)
            );
        };
        if input.is_some_and(|input| self.mse >= input.mse) {
            "The samples as given are nearer to the clean samples than the model's reconstructions.\n"
                .to_owned()
        } else if mean.mse < f64::MIN_POSITIVE {
            "The samples are all alike: the mean sample restores every one of them.\n".to_owned()
        } else if self.mse >= mean.mse {
            "The model does no better than the mean sample: it has learnt nothing yet, or nothing of such samples.\n".to_owned()
        } else {
            self.beside_pca(pca, EXACT * mean.mse)
        }
    }

    /// The remark that compares the model's error with PCA's. A ratio is told only where neither error is zero but for
    /// rounding.
    fn beside_pca(&self, pca: &PrincipalComponents, exact: f64) -> String {
        const NO_BOTTLENECK: &str = "the code is no bottleneck for these samples, and a shorter one would do";
        let (model, pca, components) = (self.mse, pca.mse, counted(pca.components, "component"));
        match (model < exact, pca < exact) {
            (true, true) => {
                format!("The model is as good as PCA: both restore the samples exactly; {NO_BOTTLENECK}.\n")
            }
            (true, false) => {
                "The model restores better than PCA: it restores the samples exactly.\n".to_owned()
            }
            (false, true) => {
                format!("PCA with {components} restores the samples exactly: {NO_BOTTLENECK}.\n")
            }
            (false, false) => {
                let times = format!("{:.1}", model.max(pca) / model.min(pca));
                if times == "1.0" {
                    let percent = format!("{:.1}", 100.0 * (model - pca).abs() / pca);
                    let apart = if model > pca { "larger" } else { "smaller" };
                    match percent.as_str() {
                        "0.0" => "The model is as good as PCA.\n".to_owned(),
                        percent => {
                            format!("The model is about as good as PCA: its error is {percent} % {apart}.\n")
                        }
                    }
                } else if model > pca {
                    format!(
                        "PCA restores better than this model: the model's error is {times} times PCA's; more epochs \
                         or another preset may change that.\n"
                    )
                } else {
                    format!("The model restores better than PCA: PCA's error is {times} times the model's.\n")
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::baselines::{Input, MeanSample};
    use crate::run::nats::Nats;

    fn verdict(mse: f64, pca: f64) -> Verdict {
        let pca = PrincipalComponents { components: 3, mse: pca };
        let baselines = Some(Baselines { mean: MeanSample { mse: 0.06 }, pca, input: None, columns: None });
        Verdict {
            samples: 1000,
            features: 9,
            code: 3,
            mse,
            squared_error: 9.0 * mse,
            psnr_db: None,
            against: None,
            baselines,
            knows_one_sample: false,
            loss: mse,
            columns: None,
            is_table: false,
            shows_columns: false,
            nats: None,
        }
    }

    fn baselines(verdict: &mut Verdict) -> &mut Baselines {
        verdict.baselines.as_mut().unwrap()
    }

    #[test]
    fn one_is_not_several() {
        let mut verdict = Verdict { samples: 1, features: 1, code: 1, ..verdict(0.01, 0.02) };
        baselines(&mut verdict).pca.components = 1;
        let table = verdict.table();
        for words in ["over 1 sample of 1 feature\n", "this model, 1 number a code ", "PCA, 1 component "] {
            assert!(table.contains(words), "{words}: {table}");
        }
    }

    #[test]
    fn a_variational_model_is_judged_in_nats() {
        let nats = Nats {
            loss: 12.5,
            reconstruction: 10.0,
            kl: 2.5,
            kl_weight: 1.0,
            log_likelihood: Some(-11.25),
            importance_samples: Some(50),
        };
        let mut verdict = Verdict { nats: Some(nats), ..verdict(0.01, 0.02) };
        let table = verdict.table();
        assert!(table.contains("loss 12.50 nats a sample: reconstruction 10.00, "), "{table}");
        assert!(table.contains("log-likelihood at least -11.25 nats a sample, by 50 draws each"), "{table}");
        let json = serde_json::to_value(&verdict).unwrap();
        verdict.nats = Some(Nats { kl_weight: 4.0, ..nats });
        assert!(verdict.table().contains("(KL) 2.50 that counts 4 times\n"), "{}", verdict.table());
        assert_eq!((&json["kl"], &json["loss"]), (&2.5.into(), &12.5.into()));
        let plain = serde_json::to_value(self::verdict(0.01, 0.02)).unwrap();
        assert_eq!(plain.get("kl"), None);
    }

    #[test]
    fn errors_against_other_samples_stand_beside_those_of_restoring_nothing() {
        let mut verdict = verdict(0.01, 0.02);
        verdict.against = Some("clean.idx".to_owned());
        baselines(&mut verdict).input = Some(Input { mse: 0.03 });
        let table = verdict.table();
        assert!(
            table.starts_with("mean squared error over 1,000 samples of 9 features, against clean.idx\n")
        );
        assert!(table.contains("\n  the samples as given           0.030000\n"), "{table}");
        let json = serde_json::to_value(&verdict).unwrap();
        assert_eq!(
            (&json["against"], &json["baselines"]["input"]["mse"]),
            (&"clean.idx".into(), &0.03.into())
        );
        verdict.mse = 0.031;
        assert!(verdict.table().ends_with("nearer to the clean samples than the model's reconstructions.\n"));
        let plain = serde_json::to_value(self::verdict(0.01, 0.02)).unwrap();
        assert_eq!((plain.get("against"), plain["baselines"].get("input")), (None, None));
    }

    #[test]
    fn the_remark_is_honest() {
        let remark = |mse, pca| verdict(mse, pca).table().lines().last().unwrap().to_owned();
        let worse = "PCA restores better than this model: the model's error is 2.5 times PCA's; more epochs or another preset may change that.";
        assert_eq!(remark(0.01, 0.004), worse);
        let better = "The model restores better than PCA: PCA's error is 2.0 times the model's.";
        assert_eq!(remark(0.01, 0.02), better);
        assert!(remark(0.07, 0.02).contains("no better than the mean sample"));
    }

    #[test]
    fn errors_that_differ_by_less_than_the_shown_digit_are_as_good_as_each_other() {
        let remark = |mse, pca| verdict(mse, pca).table().lines().last().unwrap().to_owned();
        for (mse, pca) in [(0.01, 0.01), (0.01, 0.010_004)] {
            assert_eq!(remark(mse, pca), "The model is as good as PCA.", "{mse} {pca}");
        }
        assert_eq!(remark(0.0104, 0.01), "The model is about as good as PCA: its error is 4.0 % larger.");
        assert_eq!(remark(0.01, 0.0104), "The model is about as good as PCA: its error is 3.8 % smaller.");
        assert!(remark(0.0100, 0.0106).contains("1.1 times"));
    }

    #[test]
    fn an_error_that_is_zero_but_for_rounding_is_no_part_of_a_ratio() {
        let remark = |mse, pca| verdict(mse, pca).table().lines().last().unwrap().to_owned();
        for (mse, pca, part) in [
            (
                1e-3,
                1e-17,
                "PCA with 3 components restores the samples exactly: the code is no bottleneck for",
            ),
            (1e-14, 1e-3, "The model restores better than PCA: it restores the samples exactly."),
            (0.0, 0.0, "as good as PCA: both restore the samples exactly; the code is no bottleneck"),
        ] {
            let remark = remark(mse, pca);
            assert!(remark.contains(part) && !remark.contains("times"), "{remark}");
        }
        let none = Verdict { baselines: None, ..verdict(1e-3, 0.0) };
        let table = none.table();
        assert!(
            table.lines().last().unwrap().starts_with("No verdict: ") && table.contains("fewer than 40.")
        );
        assert_eq!(serde_json::to_value(&none).unwrap()["baselines"], serde_json::Value::Null);
        let one = Verdict { knows_one_sample: true, ..none };
        assert!(one.table().contains("No verdict: the model was trained on one sample"), "{}", one.table());
        let mut alike = verdict(1e-3, 0.0);
        baselines(&mut alike).mean = MeanSample { mse: 0.0 };
        assert!(alike.table().contains("all alike"), "{}", alike.table());
    }
}
