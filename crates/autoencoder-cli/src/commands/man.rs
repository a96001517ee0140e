//! `autoencoder man`: the manual pages.

use clap::{Arg, Command, CommandFactory};
use clap_mangen::Man;

use crate::arguments::{self, Arguments};
use crate::failure::{Failure, Outcome};
use crate::output;
use crate::terminal::{Notes, Results, numerals};

pub(crate) fn run(typed: &arguments::Man, notes: Notes, results: &mut Results) -> Outcome {
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    let Some(folder) = &typed.out else {
        return results.print_as_it_is(&page(command)?);
    };
    if !folder.is_dir() {
        return Err(Failure::at(folder, "expected a folder, found none").advise("create the folder first"));
    }
    output::probe_folder(folder)?;
    let commands = with_subcommands("autoencoder", command);
    let pages = numerals::counted(commands.len(), "manual page");
    for command in commands {
        let path = folder.join(format!("{}.1", command.get_display_name().unwrap_or(command.get_name())));
        output::write_file(&path, page(command)?.as_bytes())?;
    }
    notes.wrote(folder, pages);
    Ok(())
}

/// A page in the language of `man`. Synopsis and examples are ours: the synopsis of `clap_mangen` does not tell which
/// options take values, and its paragraphs join the lines of examples.
fn page(command: Command) -> Outcome<String> {
    let (synopsis, has_subcommands) = (synopsis(&command), command.has_subcommands());
    let after = command.get_after_help().map(|help| after_help(&help.to_string()));
    let man = Man::new(command).source(concat!("autoencoder ", env!("CARGO_PKG_VERSION")));
    let mut text = Vec::new();
    man.render_title(&mut text)
        .and_then(|()| man.render_name_section(&mut text))
        .and_then(|()| {
            text.extend(synopsis.into_bytes());
            man.render_description_section(&mut text)
        })
        .and_then(|()| man.render_options_section(&mut text))
        .and_then(|()| if has_subcommands { man.render_subcommands_section(&mut text) } else { Ok(()) })
        .map_err(Failure::new)?;
    text.extend(after.unwrap_or_default().into_bytes());
    String::from_utf8(text).map_err(Failure::new)
}

/// The synopsis: every option with its value, as in `[--epochs N]`, and without brackets where it is required.
fn synopsis(command: &Command) -> String {
    let shown: Vec<&Arg> = command.get_arguments().filter(|argument| !argument.is_hide_set()).collect();
    let (positional, options): (Vec<&Arg>, Vec<&Arg>) =
        shown.into_iter().partition(|argument| argument.is_positional());
    let mut words = vec![bold(command.get_bin_name().unwrap_or(command.get_name()))];
    words.extend(options.into_iter().chain(positional).map(usage));
    if command.has_subcommands() {
        words.push(italic("COMMAND"));
    }
    // The text is left-aligned, as stretched blanks would be read as belonging to the options.
    format!(".SH SYNOPSIS\n.ad l\n.nh\n{}\n.hy\n.ad b\n", words.join("\n"))
}

/// The usage of one argument.
fn usage(argument: &Arg) -> String {
    let values = argument.get_num_args().is_some_and(|count| count.takes_values());
    let names = argument.get_value_names().unwrap_or_default();
    let names: Vec<&str> = names.iter().map(clap::builder::Str::as_str).collect();
    let value = names.join(" ");
    let option = match (argument.get_short(), argument.get_long()) {
        (_, Some(long)) => bold(&format!("--{long}")),
        (Some(short), None) => bold(&format!("-{short}")),
        (None, None) => return bracketed(argument, &italic(&value)),
    };
    let optional = argument.get_num_args().is_some_and(|count| count.min_values() == 0);
    let typed = match (values, optional) {
        (false, _) => option,
        (true, false) => format!("{option}\\ {}", italic(&value)),
        // A value that may be left out follows an equals sign.
        (true, true) => format!("{option}[={}]", italic(&value)),
    };
    bracketed(argument, &typed)
}

fn bracketed(argument: &Arg, typed: &str) -> String {
    if argument.is_required_set() { typed.to_owned() } else { format!("[{typed}]") }
}

/// The examples, line by line as in the help, and the notes after them.
fn after_help(help: &str) -> String {
    let mut text = String::new();
    let mut is_verbatim = false;
    for line in help.lines() {
        let (is_example, line) = (line.starts_with("  "), line.trim());
        if is_example != is_verbatim && !line.is_empty() {
            text.push_str(if is_example { ".PP\n.RS 4\n.nf\n" } else { ".fi\n.RE\n.PP\n" });
            is_verbatim = is_example;
        }
        match line {
            "Examples:" => text.push_str(".SH EXAMPLES\n"),
            "" if is_verbatim => {}
            "" => text.push_str(".PP\n"),
            _ => {
                if !is_example && !text.contains(".SH NOTES") {
                    text.push_str(".SH NOTES\n");
                }
                text.push_str(&escaped(line));
                text.push('\n');
            }
        }
    }
    if is_verbatim {
        text.push_str(".fi\n.RE\n");
    }
    text
}

fn bold(text: &str) -> String {
    format!("\\fB{}\\fR", escaped(text))
}

fn italic(text: &str) -> String {
    format!("\\fI{}\\fR", escaped(text))
}

/// Text that means itself: `man` takes no backslash or hyphen for more, and no line for a request.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq").replace('`', "\\(ga");
    if text.starts_with('.') { format!("\\&{text}") } else { text }
}

/// A command and all below it, each called by its whole name, as in `autoencoder-plot-loss`.
fn with_subcommands(name: &str, command: Command) -> Vec<Command> {
    let below: Vec<Command> = command
        .get_subcommands()
        .flat_map(|below| with_subcommands(&format!("{name}-{}", below.get_name()), below.clone()))
        .collect();
    let mut all = vec![command.display_name(name.to_owned())];
    all.extend(below);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page_of(name: &str) -> String {
        let mut command = Arguments::command().disable_help_subcommand(true);
        command.build();
        let all = with_subcommands("autoencoder", command);
        page(all.into_iter().find(|command| command.get_display_name() == Some(name)).unwrap()).unwrap()
    }

    #[test]
    fn the_synopsis_says_which_options_take_values() {
        let train = page_of("autoencoder-train");
        for usage in [
            "\n[\\fB\\-\\-preset\\fR\\ \\fIPRESET\\fR]\n",
            "\n[\\fB\\-\\-tied\\fR[=\\fIBOOL\\fR]]\n",
            "\n[\\fB\\-\\-resume\\fR]\n",
            "\n[\\fIDATA\\fR]\n",
        ] {
            assert!(train.contains(usage), "{usage}: {train}");
        }
        assert!(page_of("autoencoder-encode").contains("\n\\fB\\-\\-out\\fR\\ \\fIFILE\\fR\n"));
        assert!(page_of("autoencoder-completions").contains("\n\\fISHELL\\fR\n"));
        assert!(page_of("autoencoder-plot").contains("\n\\fICOMMAND\\fR\n"));
    }

    #[test]
    fn examples_stay_apart_line_by_line() {
        let sweep = page_of("autoencoder-sweep");
        let examples = ".SH EXAMPLES\n.PP\n.RS 4\n.nf\nautoencoder sweep grid.toml  ";
        assert!(sweep.contains(examples), "{sweep}");
        let second = "\n.PP\n.RS 4\n.nf\ndata = \"synthetic\"\nlearning\\-rate = [0.001, 0.003, 0.01]\n";
        assert!(sweep.contains(second), "{sweep}");
        assert!(sweep.contains("]]\n.fi\n.RE\n.PP\nEvery combination"), "{sweep}");
        assert_eq!(sweep.matches("\n.nf\n").count(), sweep.matches("\n.fi\n").count());
        assert!(page_of("autoencoder-man").ends_with("\n.fi\n.RE\n"));
    }

    #[test]
    fn text_means_itself() {
        assert_eq!(escaped(".5 \\ a-b"), "\\&.5 \\e a\\-b");
    }
}
