//! The advice in a message of the program, as the command that it leads to.

use super::trainings::{Training, words};

/// The command that follows from the message of a failure, for a training into `out`; `None` where the message advises
/// nothing that a program could do.
pub(super) fn follow(message: &str, training: &Training, out: &str) -> Option<Vec<String>> {
    let mut quoted = message.split('`').skip(1).step_by(2);
    if let Some(command) = quoted.find_map(|text| text.strip_prefix("autoencoder ")) {
        return Some(words(command));
    }
    if message.contains("--force replaces that part") {
        let mut command = training.begin(out);
        if !command.contains(&"--force".to_owned()) {
            command.push("--force".to_owned());
        }
        return Some(command);
    }
    if message.contains("--resume continues") {
        return Some(training.again(out));
    }
    let anew = ["begin a run without --resume", "train again into a folder that takes files"];
    anew.iter().any(|advice| message.contains(advice)).then(|| training.begin(out))
}

/// The folder that a command writes into.
pub(super) fn folder_of(command: &[String]) -> Option<&str> {
    let at = command.iter().position(|word| word == "--out")?;
    command.get(at + 1).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::super::trainings::WRITING;
    use super::*;

    fn followed(message: &str) -> Option<String> {
        follow(message, &WRITING, "run").map(|command| command.join(" "))
    }

    #[test]
    fn a_command_in_the_message_is_the_advice() {
        let message = "autoencoder: run: the run ended before it wrote a checkpoint; \
                       `autoencoder train --config run/config.toml --out run --force` begins it again";
        assert_eq!(followed(message).unwrap(), "train --config run/config.toml --out run --force");
        let rescued = "autoencoder: run/a: writing failed: x; the training up to epoch 1 of 2 was rescued to /t/b; \
                       `autoencoder train --resume --out /t/b` continues; move that folder first";
        let command = follow(rescued, &WRITING, "run").unwrap();
        assert_eq!(folder_of(&command), Some("/t/b"));
    }

    #[test]
    fn options_in_the_message_change_the_command() {
        let begin = WRITING.begin("run").join(" ");
        let anew = "run: there is no run to continue; give --out the folder of a run, or begin a run without --resume";
        assert_eq!(followed(anew).unwrap(), begin);
        let part = "run: there is a part of a run; --force replaces that part, --out takes another folder";
        assert_eq!(followed(part).unwrap(), format!("{begin} --force"));
        let taken = "run: there is a run already; --resume continues the run, --force replaces the run";
        assert_eq!(followed(taken).unwrap(), "train --resume --out run");
        assert_eq!(followed("run: this is no folder"), None);
    }
}
