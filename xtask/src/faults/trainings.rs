//! The trainings that faults fall into: small, and each with another way of writing its files.

/// A training or a sweep.
#[derive(Debug, Clone, Copy)]
pub(super) struct Training {
    pub(super) name: &'static str,
    /// The words of its command without `--out` and what every command gets.
    words: &'static str,
    /// Arguments that a resume does not find in the settings of the run.
    extras: &'static str,
    pub(super) continues: Continues,
}

/// The way in which a training goes on that was disturbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Continues {
    /// With `train --resume`.
    Resumed,
    /// With the same command again.
    Repeated,
}

/// A training over epochs with much that is drawn by chance, and with a best epoch.
pub(super) const TRAINING: Training = Training {
    name: "training",
    words: "train synthetic --limit 400 --layers 32,8 --batch-size 50 --epochs 10 --validation 0.2 --keep-best \
            --noise masking --dropout 0.1 --seed 3",
    extras: "",
    continues: Continues::Resumed,
};

/// Layers trained one after the other before the whole.
pub(super) const PRETRAINING: Training = Training {
    name: "pretraining",
    words: "train synthetic --limit 300 --layers 24,12,6 --batch-size 50 --pretrain-epochs 3 --epochs 3 \
            --validation none --tied --seed 4",
    extras: "--checkpoint-every 4",
    continues: Continues::Resumed,
};

/// A tiny model whose checkpoint is written after every step: most of its time goes into files.
pub(super) const WRITING: Training = Training {
    name: "writing",
    words: "train synthetic --limit 100 --layers 8,4 --batch-size 20 --epochs 6 --validation none --seed 5",
    extras: "--checkpoint-every 1",
    continues: Continues::Resumed,
};

/// The same in place of another run.
pub(super) const REPLACING: Training = Training {
    name: "replacing",
    words: "train synthetic --limit 100 --layers 8,4 --batch-size 20 --epochs 6 --validation none --seed 5 --force",
    extras: "--checkpoint-every 1",
    continues: Continues::Repeated,
};

/// Four runs, some of them side by side.
pub(super) const SWEEP: Training =
    Training { name: "sweep", words: "sweep grid.toml", extras: "", continues: Continues::Repeated };

/// A training on a file. A folder would not do: without its training images, its test images are trained on.
pub(super) const FILES: Training = Training {
    name: "files",
    words: "train data/train-images-idx3-ubyte --layers 16,4 --batch-size 25 --epochs 6 --validation none --seed 6",
    extras: "--checkpoint-every 3",
    continues: Continues::Resumed,
};

/// All trainings.
pub(super) const TRAININGS: [Training; 6] = [TRAINING, PRETRAINING, WRITING, REPLACING, SWEEP, FILES];

/// The file of the sweep.
pub(super) const GRID: &str = "data = \"synthetic\"\nlimit = 200\nlayers = [16, 4]\nbatch-size = 50\nepochs = 8\n\
    validation = \"none\"\nlearning-rate = [0.01, 0.003]\npenalty = [\"none\", \"sparse\"]\n";

/// The run that [`REPLACING`] replaces.
pub(super) const OLDER: &str = "train synthetic --limit 100 --layers 12,4 --batch-size 50 --epochs 1 \
    --validation none --seed 8 --out run --quiet";

/// The words of a text.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

impl Training {
    /// The command that begins the training into `out`.
    pub(super) fn begin(&self, out: &str) -> Vec<String> {
        words(&format!("{} --out {out}", self.words))
    }

    /// The command that goes on after the training into `out` was disturbed.
    pub(super) fn again(&self, out: &str) -> Vec<String> {
        match self.continues {
            Continues::Resumed => words(&format!("train --resume --out {out}")),
            Continues::Repeated => self.begin(out),
        }
    }

    /// A command of this training with what no command changes the result by: the number of threads and what is
    /// written within epochs.
    pub(super) fn complete(&self, command: &[String], threads: u64) -> Vec<String> {
        let mut command = command.to_vec();
        command.extend(words(self.extras));
        command.extend(words(&format!("--threads {threads} --quiet")));
        command
    }
}
