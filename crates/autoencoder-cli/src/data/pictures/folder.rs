//! Folders of PNG or JPEG images of one size, in name order; subfolders are labels.

use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::picture::Picture;
use crate::data::labels::Labels;
use crate::data::samples::{Data, Elements, no_samples};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::terminal::Working;

/// The images of a folder.
#[derive(Debug, PartialEq)]
pub(crate) struct ImageFolder {
    folder: PathBuf,
    /// The files in order, each with the name of its subfolder if there are subfolders.
    files: Vec<(PathBuf, Option<String>)>,
}

impl ImageFolder {
    /// Looks at the names in a folder; `None` if there are no images among them.
    ///
    /// Hidden files and folders are skipped, and so are files whose names are not those of images.
    pub(crate) fn find(folder: &Path) -> Outcome<Option<Self>> {
        let (images, subfolders) = list(folder)?;
        let mut files: Vec<_> = images.into_iter().map(|path| (path, None)).collect();
        for subfolder in subfolders {
            let (images, _) = list(&subfolder)?;
            let name = subfolder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if let (Some((first, None)), Some(second)) = (files.first(), images.first()) {
                let what = "expected images either in the folder or in subfolders that are named after labels, found both";
                let found = format_args!("{what}: {} and {}", first.display(), second.display());
                return Err(Failure::at(folder, found));
            }
            files.extend(images.into_iter().map(|path| (path, Some(name.clone()))));
        }
        Ok((!files.is_empty()).then(|| Self { folder: folder.to_owned(), files }))
    }

    /// The number of images.
    pub(crate) fn count(&self) -> usize {
        self.files.len()
    }

    /// The shape of the first image, as the shape of a sample.
    pub(crate) fn first_shape(&self) -> Outcome<Vec<usize>> {
        Ok(Picture::open(&self.files[0].0)?.shape().of_sample())
    }

    /// The names of the subfolders with images, in order.
    pub(crate) fn labels(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.files.iter().filter_map(|(_, label)| label.as_deref()).collect();
        names.dedup();
        names
    }

    pub(crate) fn read(&self, limit: Option<usize>, shown: &Working) -> Outcome<Data> {
        let files = &self.files[..limit.map_or(self.files.len(), |limit| limit.min(self.files.len()))];
        let Some((first_path, _)) = files.first() else {
            return Err(no_samples(&self.folder));
        };
        shown.expect(files.len() as u64);
        let first = Picture::open(first_path)?;
        let shape = first.shape();
        let total = shape.count().saturating_mul(files.len());
        let mut pixels = Vec::new();
        pixels.try_reserve_exact(total).map_err(|_| {
            Failure::at(&self.folder, format_args!("not enough memory for {total} bytes of pixels"))
                .advise("read fewer samples with --limit")
        })?;
        pixels.resize(total, 0);
        // The failure is that of the first file that fails, whichever thread is first.
        let failed = pixels
            .par_chunks_exact_mut(shape.count())
            .zip(files)
            .enumerate()
            .filter_map(|(index, (pixels, (path, _)))| {
                shown.advance(1);
                let picture = match Picture::open(path) {
                    Ok(picture) => picture,
                    Err(failure) => return Some((index, failure)),
                };
                if picture.shape() != shape {
                    let (first, found) = (first_path.display(), picture.shape());
                    let what = format_args!("expected {shape} as in {first}, found {found}");
                    return Some((index, Failure::at(path, what).advise("bring all images to one size")));
                }
                picture.decode(pixels).err().map(|what| (index, Failure::at(path, what)))
            })
            .min_by_key(|(index, _)| *index);
        if let Some((_, failure)) = failed {
            return Err(failure);
        }
        let labels: Option<Vec<&str>> = files.iter().map(|(_, label)| label.as_deref()).collect();
        let labels = labels.map(|names| Labels::of_names(&names));
        Data::new(&self.folder, shape.of_sample(), Elements::Bytes(pixels), labels)
    }
}

/// The images and the subfolders of a folder, in name order.
fn list(folder: &Path) -> Outcome<(Vec<PathBuf>, Vec<PathBuf>)> {
    let (mut images, mut subfolders) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder).map_err(|error| Failure::at(folder, error))? {
        let path = entry.map_err(|error| Failure::at(folder, error))?.path();
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let is_image = path.extension().and_then(|extension| extension.to_str()).is_some_and(|extension| {
            ["png", "jpg", "jpeg"].iter().any(|known| extension.eq_ignore_ascii_case(known))
        });
        if is_hidden {
            continue;
        }
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => subfolders.push(path),
            Ok(metadata) if is_image && !metadata.is_file() => {
                let what = format_args!("expected an image, found {}", input::kind(&metadata));
                return Err(Failure::at(&path, what).advise("take it out of the folder"));
            }
            Ok(_) if is_image => images.push(path),
            Err(error) if is_image => return Err(Failure::at(&path, error)),
            // What is not called an image is none, whatever it is.
            Ok(_) | Err(_) => {}
        }
    }
    images.sort();
    subfolders.sort();
    Ok((images, subfolders))
}

#[cfg(test)]
mod tests {
    use autoencoder::Values;
    use ndarray::array;
    use png::{BitDepth, ColorType};

    use super::*;

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
        ImageFolder::find(folder)?.expect("the test wrote images").read(limit, &Working::UNSEEN)
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
        assert_eq!((labels.names.join(" "), labels.of_sample), ("9 10".into(), vec![1, 0, 0]));
        png(&folder.path().join("a.png"), false, ColorType::Rgb, BitDepth::Eight, &[7; 18]);
        assert!(read(folder.path(), None).unwrap_err().to_string().contains("found both"));
    }

    #[test]
    fn palettes_16_bits_and_opaque_alpha_are_made_plain() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        png(&path, false, ColorType::Indexed, BitDepth::Eight, &[0, 1, 0, 0, 0, 1]);
        let palette = read(folder.path(), None).unwrap();
        let expected = array![[1, 2, 3, 40, 50, 60, 1, 2, 3, 1, 2, 3, 1, 2, 3, 40, 50, 60]];
        assert_eq!((palette.sample_shape, palette.values), (vec![2, 3, 3], Values::Bytes(expected)));
        png(&path, false, ColorType::Grayscale, BitDepth::Sixteen, &[1, 255, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0]);
        let deep = read(folder.path(), None).unwrap();
        assert_eq!(deep.values, Values::Bytes(array![[1, 2, 3, 4, 5, 6]]));
        let mut alpha = [1, 255, 2, 255, 3, 255, 4, 255, 5, 255, 6, 255];
        png(&path, false, ColorType::GrayscaleAlpha, BitDepth::Eight, &alpha);
        assert_eq!(read(folder.path(), None).unwrap().values, deep.values);
        alpha[3] = 254;
        png(&path, false, ColorType::GrayscaleAlpha, BitDepth::Eight, &alpha);
        let failure = read(folder.path(), None).unwrap_err().to_string();
        assert!(failure.contains("expected opaque pixels, found transparent pixels"), "{failure}");
    }

    #[test]
    fn sizes_that_differ_are_refused_naming_both() {
        let folder = tempfile::tempdir().unwrap();
        png(&folder.path().join("a.png"), false, ColorType::Grayscale, BitDepth::Eight, &[0; 6]);
        png(&folder.path().join("b.png"), true, ColorType::Grayscale, BitDepth::Eight, &[0; 6]);
        let failure = read(folder.path(), None).unwrap_err().to_string();
        for part in ["b.png: expected 2 x 3 grey as in ", "a.png, found 3 x 2 grey; bring"] {
            assert!(failure.contains(part), "{failure}");
        }
        png(&folder.path().join("b.png"), false, ColorType::Rgb, BitDepth::Eight, &[0; 18]);
        let failure = read(folder.path(), None).unwrap_err().to_string();
        assert!(failure.contains("2 x 3 grey as in ") && failure.contains("found 2 x 3 RGB"), "{failure}");
    }

    #[test]
    fn damaged_images_are_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        png(&path, false, ColorType::Rgb, BitDepth::Eight, &[7; 18]);
        let whole = fs::read(&path).unwrap();
        for damaged in
            [&whole[..whole.len() / 2], &whole[..20], b"GIF89a", b"", b"\xFF\xD8\xFF\xE0\x00\x10JFIF"]
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
}
