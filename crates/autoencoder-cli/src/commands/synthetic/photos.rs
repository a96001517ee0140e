//! Pictures as PNG files, in a folder for each scene, and a list of the damaged pictures.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::target::Target;
use crate::data::ImageFolder;
use crate::data::synthetic::scenes::{HEIGHT, Scene, ScenePicture, WIDTH, pictures};
use crate::failure::{Failure, Outcome};
use crate::figures::rgb_png;
use crate::output::{self, Folder};
use crate::terminal::numerals::counted;

/// The name of the list of damaged pictures.
const DAMAGED: &str = "damaged.csv";

pub(super) fn write(target: &Target<'_>, count: usize, seed: u64) -> Outcome {
    target.expect_none_of(&[DAMAGED])?;
    if !target.force && ImageFolder::find(target.folder)?.is_some() {
        let failure = Failure::at(target.folder, "there are images in this folder already");
        return Err(failure.advise("replace images of the same names with --force, or choose another --out"));
    }
    let all = pictures(count, seed);
    for scene in Scene::ALL {
        write_scene(target, scene, &all)?;
    }
    let mut list = String::from("file,what\n");
    let mut damaged = 0;
    for (index, picture) in all.iter().enumerate() {
        if let Some(damage) = picture.damage {
            let _ = writeln!(list, "{}/{},{}", picture.scene.name(), file_name(index), damage.name());
            damaged += 1;
        }
    }
    target.write(
        DAMAGED,
        list.as_bytes(),
        format_args!("{}, with the kind of damage", counted(damaged, "damaged picture")),
    )?;
    target.next(
        "autoencoder train FOLDER --preset sharp --layers 128,32 --batch-size 32 --epochs 20 --validation 0.1 --out runs/photos",
    );
    Ok(())
}

/// The name of a picture's file, by its index among all pictures.
fn file_name(index: usize) -> String {
    format!("{index:05}.png")
}

fn write_scene(target: &Target<'_>, scene: Scene, all: &[ScenePicture]) -> Outcome {
    let mut folder = Folder::new(target.path(scene.name()));
    folder.make()?;
    let of_scene: Vec<(usize, &ScenePicture)> =
        all.iter().enumerate().filter(|(_, picture)| picture.scene == scene).collect();
    of_scene.par_iter().try_for_each(|(index, picture)| {
        output::write_file(&folder.path().join(file_name(*index)), &rgb_png(WIDTH, HEIGHT, &picture.rgb))
    })?;
    let pictures = counted(of_scene.len(), "picture");
    target
        .notes
        .say(format_args!("{}: {pictures}, {WIDTH} x {HEIGHT} pixels in colour", folder.path().display()));
    for path in left_over(folder.path(), all.len())? {
        fs::remove_file(&path).map_err(|error| Failure::at(&path, error))?;
        target.notes.say(format_args!(
            "{}: this picture was left over from a larger --count, and was removed",
            path.display()
        ));
    }
    Ok(())
}

/// The pictures with our names that an earlier command wrote and this one did not.
fn left_over(folder: &Path, count: usize) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| Failure::at(folder, error))? {
        let path = entry.map_err(|error| Failure::at(folder, error))?.path();
        let index = path
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.strip_suffix(".png"))
            .filter(|digits| digits.len() == 5)
            .and_then(|digits| digits.parse::<usize>().ok());
        if index.is_some_and(|index| index >= count) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
