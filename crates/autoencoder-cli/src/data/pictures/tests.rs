//! Folders of pictures as people have them.

use std::fs;
use std::path::Path;

use autoencoder::Values;
use ndarray::array;
use png::{BitDepth, ColorType};

use super::folder::ImageFolder;
use crate::data::options::Split;
use crate::data::samples::Data;
use crate::failure::Outcome;
use crate::terminal::Working;

/// Writes a PNG of 2 rows of 3 pixels, or of 3 rows of 2.
fn png(path: &Path, exchanged: bool, colour: ColorType, depth: BitDepth, data: &[u8]) {
    let (width, height) = if exchanged { (2, 3) } else { (3, 2) };
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut encoder = png::Encoder::new(fs::File::create(path).unwrap(), width, height);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    if colour == ColorType::Indexed {
        encoder.set_palette(vec![1, 2, 3, 40, 50, 60]);
    }
    encoder.write_header().unwrap().write_image_data(data).unwrap();
}

fn read(folder: &Path, limit: Option<usize>) -> Outcome<Data> {
    let found = ImageFolder::find(folder)?.expect("the test wrote images");
    found.read(Split::Train, limit, &Working::UNSEEN)
}

#[test]
fn grey_images_in_name_order() {
    let folder = tempfile::tempdir().unwrap();
    for (name, start) in [("b.PNG", 10), ("a.png", 0), ("c.png", 20), (".hidden.png", 90)] {
        let pixels: Vec<u8> = (start..start + 6).collect();
        png(&folder.path().join(name), false, ColorType::Grayscale, BitDepth::Eight, &pixels);
    }
    fs::write(folder.path().join("README.txt"), "no image").unwrap();
    let data = read(folder.path(), Some(2)).unwrap();
    assert_eq!(data.sample_shape, [2, 3]);
    assert_eq!(data.labels, None);
    assert_eq!(data.values, Values::Bytes(array![[0, 1, 2, 3, 4, 5], [10, 11, 12, 13, 14, 15]]));
    assert_eq!(read(folder.path(), None).unwrap().values.dim(), (3, 6));
}

#[test]
fn subfolders_are_labels() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["10/a.png", "9/b.png", "9/a.png"] {
        png(&folder.path().join(name), false, ColorType::Rgb, BitDepth::Eight, &[7; 18]);
    }
    fs::create_dir(folder.path().join("empty")).unwrap();
    let data = read(folder.path(), None).unwrap();
    assert_eq!((data.sample_shape, data.values.dim()), (vec![2, 3, 3], (3, 18)));
    let labels = data.labels.unwrap();
    assert_eq!((labels.names.join(" "), labels.of_sample), ("9 10".into(), vec![0, 0, 1]));
    png(&folder.path().join("a.png"), false, ColorType::Rgb, BitDepth::Eight, &[7; 18]);
    assert!(read(folder.path(), None).unwrap_err().to_string().contains("found both"));
}

#[test]
fn palettes_are_rgb_and_transparent_pixels_are_put_on_white() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    png(&path, false, ColorType::Indexed, BitDepth::Eight, &[0, 1, 0, 0, 0, 1]);
    let palette = read(folder.path(), None).unwrap();
    let expected = array![[1, 2, 3, 40, 50, 60, 1, 2, 3, 1, 2, 3, 1, 2, 3, 40, 50, 60]];
    assert_eq!((palette.sample_shape, palette.values), (vec![2, 3, 3], Values::Bytes(expected)));
    let mut alpha = [1, 255, 2, 255, 3, 255, 4, 255, 5, 255, 6, 255];
    png(&path, false, ColorType::GrayscaleAlpha, BitDepth::Eight, &alpha);
    let opaque = read(folder.path(), None).unwrap();
    assert_eq!((opaque.values, opaque.assumed), (Values::Bytes(array![[1, 2, 3, 4, 5, 6]]), vec![]));
    (alpha[3], alpha[5]) = (0, 254);
    png(&path, false, ColorType::GrayscaleAlpha, BitDepth::Eight, &alpha);
    let data = read(folder.path(), None).unwrap();
    assert_eq!(data.values, Values::Bytes(array![[1, 255, 4, 4, 5, 6]]));
    assert_eq!(data.assumed, ["1 picture has transparent pixels, put on white"]);
}

#[test]
fn one_picture_of_16_bits_makes_all_numbers_of_16_bits() {
    let folder = tempfile::tempdir().unwrap();
    let deep = [1, 255, 2, 0, 3, 0, 4, 0, 5, 0, 255, 255];
    png(&folder.path().join("b.png"), false, ColorType::Grayscale, BitDepth::Sixteen, &deep);
    let expected: [f32; 6] = [511.0, 512.0, 768.0, 1024.0, 1280.0, 65535.0];
    let alone = read(folder.path(), None).unwrap();
    assert_eq!(alone.values, Values::Floats(array![expected]));
    assert!(alone.assumed[0].starts_with("16 bits: numbers from 0 to 65535, which"), "{:?}", alone.assumed);
    png(&folder.path().join("a.png"), false, ColorType::Grayscale, BitDepth::Eight, &[0, 1, 2, 3, 4, 255]);
    let shallow: [f32; 6] = [0.0, 257.0, 514.0, 771.0, 1028.0, 65535.0];
    let both = read(folder.path(), None).unwrap();
    assert_eq!(both.values, Values::Floats(array![shallow, expected]));
    assert!(both.assumed[0].contains("1 picture of 8 bits was multiplied by 257"), "{:?}", both.assumed);
    // The whole folder decides, so that the first samples are the same however many are read.
    assert_eq!(read(folder.path(), Some(1)).unwrap().values, Values::Floats(array![shallow]));
}

#[test]
fn broken_pictures_are_left_out_where_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value) in [("1/a.png", 1), ("1/c.png", 3), ("2/a.png", 4), ("2/b.png", 5), ("3/a.png", 0)] {
        png(&folder.path().join(name), false, ColorType::Grayscale, BitDepth::Eight, &[value; 6]);
    }
    let whole = fs::read(folder.path().join("1/c.png")).unwrap();
    fs::write(folder.path().join("1/a.png"), &whole[..40]).unwrap();
    fs::write(folder.path().join("2/b.png"), b"GIF89a").unwrap();
    let skip = |limit| {
        let found = ImageFolder::find(folder.path()).unwrap().unwrap().skipping_broken(true);
        found.read(Split::Train, limit, &Working::UNSEEN)
    };
    let failure = read(folder.path(), None).unwrap_err().to_string();
    assert!(failure.contains("a.png: PNG: "), "{failure}");
    assert!(failure.ends_with("; --skip-broken leaves out pictures that cannot be read"), "{failure}");
    let data = skip(None).unwrap();
    let rows = array![[3; 6], [4; 6], [0; 6]];
    assert_eq!(data.values, Values::Bytes(rows.mapv(|number: u8| number)));
    assert_eq!(data.labels.unwrap().of_sample, [0, 1, 2]);
    assert_eq!(data.assumed, ["2 broken pictures were left out: 1/a.png, 2/b.png"]);
    // A limit counts pictures that were read.
    assert_eq!(skip(Some(3)).unwrap().values.dim(), (3, 6));
    assert_eq!(skip(Some(1)).unwrap().values, Values::Bytes(array![[3; 6]]));
    // Pictures of other sizes are no broken ones.
    png(&folder.path().join("2/b.png"), true, ColorType::Grayscale, BitDepth::Eight, &[5; 6]);
    assert!(skip(None).unwrap_err().to_string().contains("found 3 x 2 grey; bring all pictures to one size"));
    for entry in ["1/a.png", "1/c.png", "2/a.png", "2/b.png", "3/a.png"] {
        fs::write(folder.path().join(entry), b"").unwrap();
    }
    let failure = skip(None).unwrap_err().to_string();
    assert!(failure.contains("1/a.png: none of 5 pictures can be read, the first because of: "), "{failure}");
}

/// Writes grey pictures, all numbers of each one value.
fn grey(folder: &Path, pictures: &[(&str, u8)]) {
    for (name, value) in pictures {
        png(&folder.join(name), false, ColorType::Grayscale, BitDepth::Eight, &[*value; 6]);
    }
}

/// The first number of each sample.
fn firsts(data: &Data) -> Vec<u8> {
    let Values::Bytes(bytes) = &data.values else { panic!("found numbers of 16 bits") };
    bytes.column(0).to_vec()
}

#[test]
fn numbers_in_names_count_and_every_ending_of_a_picture_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let names =
        [("i10.png", 10), ("i9.JPE", 9), ("i2.jfif", 2), ("i01.jpg", 1), ("i1.webp", 0), ("i3.jpeg", 3)];
    grey(folder.path(), &names);
    assert_eq!(firsts(&read(folder.path(), None).unwrap()), [1, 0, 2, 3, 9, 10]);
    let folder = tempfile::tempdir().unwrap();
    grey(folder.path(), &[("c10/a.png", 10), ("c9/b10.png", 90), ("c9/b9.png", 9)]);
    let data = read(folder.path(), None).unwrap();
    assert_eq!(firsts(&data), [9, 90, 10]);
    assert_eq!(data.labels.unwrap().names, ["c9", "c10"]);
}

#[test]
fn what_is_not_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for name in ["cats/raw", "dogs/raw/old", ".git"] {
        fs::create_dir_all(path.join(name)).unwrap();
    }
    for name in ["a.gif", "cats/b.gif", "dogs/c.GIF", "dogs/list", ".hidden", "cats/raw/d.png"] {
        fs::write(path.join(name), "").unwrap();
    }
    assert_eq!(ImageFolder::find(path).unwrap(), None);
    let files = "4 files were passed over: .gif (3), without an ending (1); \
        2 deeper folders were passed over: cats/raw, dogs/raw; no picture was found in ";
    let passed = ImageFolder::passed_over(path).unwrap();
    assert_eq!(passed.unwrap(), format!("{files}cats, dogs"));
    grey(path, &[("cats/e.png", 1)]);
    assert_eq!(read(path, None).unwrap().assumed, [format!("{files}dogs")]);
}

/// The first numbers of samples, and their labels.
type Read = (Vec<u8>, Vec<String>);

/// The notes, and what is read for both splits.
fn split(folder: &Path) -> (String, [Read; 2]) {
    let found = ImageFolder::find(folder).unwrap().unwrap();
    let parts = [Split::Train, Split::Test].map(|split| {
        let data = found.read(split, None, &Working::UNSEEN).unwrap();
        let labels = data.labels.as_ref().map(|labels| labels.each().map(str::to_owned).collect());
        (firsts(&data), labels.unwrap_or_default())
    });
    (found.notes().join(" | "), parts)
}

#[test]
fn subfolders_that_are_named_after_splits_are_splits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    grey(
        path,
        &[("Train/cat/a.png", 1), ("Train/dog/a.png", 2), ("TEST/bee/a.png", 3), ("TEST/dog/a.png", 4)],
    );
    fs::write(path.join("README.md"), "").unwrap();
    let (notes, [train, test]) = split(path);
    let expected = "TEST and Train are splits, not labels | 1 file was passed over: .md (1)";
    assert_eq!(notes, expected);
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    assert_eq!(train, (vec![1, 2], words(&["cat", "dog"])));
    assert_eq!(test, (vec![3, 4], words(&["bee", "dog"])));
    // A class has the same index in both, also where one of them has no picture of it.
    let found = ImageFolder::find(path).unwrap().unwrap();
    assert!(found.splits() && found.validation().is_none());
    let of = |split| found.read(split, None, &Working::UNSEEN).unwrap().labels.unwrap();
    let [train, test] = [Split::Train, Split::Test].map(of);
    assert_eq!((&train.names, &test.names), (&words(&["bee", "cat", "dog"]), &train.names));
    assert_eq!((train.of_sample, test.of_sample), (vec![1, 2], vec![0, 2]));

    grey(path, &[("val/b.png", 9)]);
    let (notes, [_, test]) = split(path);
    assert!(
        notes.starts_with("TEST, Train and val are splits, not labels; a training is validated on val |"),
        "{notes}"
    );
    assert_eq!(test.0, [3, 4]);
    let found = ImageFolder::find(path).unwrap().unwrap();
    assert_eq!(found.validation().unwrap().folder(), path.join("val"));

    fs::remove_dir_all(path.join("TEST")).unwrap();
    let (notes, [_, test]) = split(path);
    assert!(
        notes.starts_with("Train and val are splits, not labels; val is read as the test split"),
        "{notes}"
    );
    assert_eq!(test, (vec![9], vec![]));

    fs::remove_dir_all(path.join("val")).unwrap();
    let (notes, [train, test]) = split(path);
    assert!(notes.starts_with("Train is a split, not a label; as there is no other, it is all"), "{notes}");
    assert_eq!((&train, train.1.concat()), (&test, "catdog".into()));
}

#[test]
fn the_splits_of_a_folder_have_numbers_of_one_depth() {
    let folder = tempfile::tempdir().unwrap();
    grey(folder.path(), &[("train/a.png", 2)]);
    let deep = folder.path().join("test/a.png");
    png(&deep, false, ColorType::Grayscale, BitDepth::Sixteen, &[1; 12]);
    let found = ImageFolder::find(folder.path()).unwrap().unwrap();
    let train = found.read(Split::Train, None, &Working::UNSEEN).unwrap();
    assert_eq!(train.values, Values::Floats(array![[514.0_f32; 6]]));
}

#[test]
fn a_train_beside_a_bus_is_a_label_and_other_mixtures_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    grey(path, &[("train/a.png", 1), ("bus/a.png", 2)]);
    let (notes, [train, _]) = split(path);
    assert_eq!(notes, "train is a label like bus; a split would lie beside other splits alone");
    assert_eq!(train, (vec![2, 1], vec!["bus".to_owned(), "train".to_owned()]));
    let refused = |path: &Path| ImageFolder::find(path).unwrap_err().to_string();
    grey(path, &[("val/a.png", 3)]);
    let failure = refused(path);
    let expected =
        "found train, which is named after a split, beside bus, which is not; move the other folders away";
    assert!(failure.contains(expected), "{failure}");
    fs::remove_dir_all(path.join("bus")).unwrap();
    grey(path, &[("valid/a.png", 3)]);
    assert!(
        refused(path).contains("found two folders of one split: train, val, valid; move one of them"),
        "{}",
        refused(path)
    );
    fs::remove_dir_all(path.join("train")).unwrap();
    fs::rename(path.join("valid"), path.join("test")).unwrap();
    assert!(
        refused(path).contains("found test and val without a folder train; give one of"),
        "{}",
        refused(path)
    );
    // A folder without pictures is no split.
    grey(path, &[("cat/a.png", 3)]);
    for name in ["test", "val"] {
        fs::remove_file(path.join(name).join("a.png")).unwrap();
    }
    let (notes, [train, _]) = split(path);
    assert_eq!((notes.as_str(), train), ("", (vec![3], vec!["cat".to_owned()])));
}

#[test]
fn sizes_that_differ_are_refused_naming_both() {
    let folder = tempfile::tempdir().unwrap();
    png(&folder.path().join("a.png"), false, ColorType::Grayscale, BitDepth::Eight, &[0; 6]);
    png(&folder.path().join("b.png"), true, ColorType::Grayscale, BitDepth::Eight, &[0; 6]);
    let failure = read(folder.path(), None).unwrap_err().to_string();
    for part in ["b.png: expected 2 x 3 grey as in ", "a.png, found 3 x 2 grey; bring all pictures"] {
        assert!(failure.contains(part), "{failure}");
    }
    png(&folder.path().join("b.png"), false, ColorType::Rgb, BitDepth::Eight, &[0; 18]);
    let failure = read(folder.path(), None).unwrap_err().to_string();
    for part in ["2 x 3 grey as in ", "found 2 x 3 RGB; make all pictures grey or all RGB"] {
        assert!(failure.contains(part), "{failure}");
    }
}

#[test]
fn damaged_images_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    png(&path, false, ColorType::Rgb, BitDepth::Eight, &[7; 18]);
    let whole = fs::read(&path).unwrap();
    for damaged in [&whole[..whole.len() / 2], &whole[..20], b"GIF89a", b"", b"\xFF\xD8\xFF\xE0\x00\x10JFIF"]
    {
        fs::write(&path, damaged).unwrap();
        let failure = read(folder.path(), None).unwrap_err().to_string();
        assert!(failure.contains("a.png: ") && !failure.contains('\n'), "{failure}");
    }
}

#[cfg(unix)]
#[test]
fn links_to_files_are_followed_and_devices_are_refused_by_name() {
    use std::os::unix::fs::symlink;

    let [folder, elsewhere] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    png(&elsewhere.path().join("b.png"), false, ColorType::Grayscale, BitDepth::Eight, &[7; 6]);
    symlink(elsewhere.path().join("b.png"), folder.path().join("a.png")).unwrap();
    symlink("/dev/zero", folder.path().join("zero.txt")).unwrap();
    assert_eq!(read(folder.path(), None).unwrap().values.dim(), (1, 6));
    symlink("/dev/zero", folder.path().join("z.png")).unwrap();
    let failure = ImageFolder::find(folder.path()).unwrap_err().to_string();
    assert!(failure.contains("z.png: expected an image, found a device; take it out"), "{failure}");
}
