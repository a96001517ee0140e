//! Tests of the figures that look into a model: manifolds, weights, features, errors, and colours of numbers.

use ndarray::{Array2, array};

use super::*;

fn grid(columns: usize, rows: usize) -> [Vec<f64>; 2] {
    [columns, rows].map(|count| (0..count).map(|index| index as f64 / 4.0 - 1.0).collect())
}

fn manifold<'a>(values: &'a [Vec<f64>; 2], contents: ManifoldContents<'a>) -> ManifoldFigure<'a> {
    ManifoldFigure {
        title: "a < b",
        notes: vec![
            "a note that is so long that it takes more than one line of a narrow figure below its title"
                .to_owned(),
        ],
        across: GridAxis { name: "code_0", values: &values[0] },
        upwards: (values[1].len() > 1).then(|| GridAxis { name: "code_1", values: &values[1] }),
        contents,
    }
}

#[test]
fn the_lowest_codes_stand_at_the_foot_at_the_left() {
    let values = grid(3, 2);
    let shape = ImageShape { height: 2, width: 2, channels: 1 };
    // Only the second code, low upwards and in the middle across, is white.
    let samples = Array2::from_shape_fn((6, 4), |(code, _)| if code == 1 { 1.0 } else { 0.0 });
    let cells = GridCells { look: CellLook::Image(shape), samples: samples.view() };
    let figure = manifold(&values, ManifoldContents::Cells(cells));
    assert_well_formed(&manifold_svg(&figure));
    let (width, height, rgb) = decoded(&manifold_png(&figure));
    let white = |x: usize, y: usize| rgb[(y * width + x) * 3] == 255;
    let is_black = |x: usize, y: usize| rgb[(y * width + x) * 3..][..3] == [0, 0, 0];
    let left = (0..width).find(|&x| (0..height).any(|y| is_black(x, y))).unwrap();
    let top = (0..height).find(|&y| is_black(left, y)).unwrap();
    // Cells are 140 units wide, of two pixels each.
    let middle = |row: usize, column: usize| (left + column * 280 + 140, top + row * 280 + 140);
    for row in 0..2 {
        for column in 0..3 {
            let (x, y) = middle(row, column);
            assert_eq!(white(x, y), (row, column) == (1, 1), "row {row} from above, column {column}");
        }
    }
}

#[test]
fn grids_of_any_kind_are_drawn() {
    let shape = ImageShape { height: 28, width: 28, channels: 1 };
    for (columns, rows) in [(2, 2), (20, 20), (100, 100), (20, 1)] {
        let values = grid(columns, rows);
        let samples = images(columns * rows, 784);
        let cells = GridCells { look: CellLook::Image(shape), samples: samples.view() };
        let svg = manifold_svg(&manifold(&values, ManifoldContents::Cells(cells)));
        assert_well_formed(&svg);
        assert!(svg.contains("code_0") && svg.contains("a &lt; b"));
        assert_eq!(svg.contains("code_1"), rows > 1);
        let lines = images(columns * rows, 12) * f32::NAN;
        for samples in [&lines, &images(columns * rows, 12)] {
            let cells = GridCells { look: CellLook::Lines { series: 2 }, samples: samples.view() };
            assert_well_formed(&manifold_svg(&manifold(&values, ManifoldContents::Cells(cells))));
        }
    }
}

#[test]
fn columns_are_maps_of_the_grid() {
    let values = grid(2, 2);
    let number = Field {
        name: "<pressure>".to_owned(),
        values: FieldValues::Numbers {
            of_code: vec![1.0, 2.0, 3.0, 4.0],
            ends: ["1", "4"].map(str::to_owned),
        },
    };
    let names: Vec<String> = (0..9).map(|word| format!("word {word}")).collect();
    let word =
        Field { name: "kind".to_owned(), values: FieldValues::Words { of_code: vec![0, 8, 1, 0], names } };
    let equal = Field {
        name: "equal".to_owned(),
        values: FieldValues::Numbers {
            of_code: vec![f64::NAN, 2.0, 2.0, 2.0],
            ends: ["2", "2"].map(str::to_owned),
        },
    };
    let fields = [number, word, equal];
    let svg = manifold_svg(&manifold(&values, ManifoldContents::Fields(&fields)));
    assert_well_formed(&svg);
    for words in ["&lt;pressure&gt;", "word 4", "and 4 more", "equal"] {
        assert!(svg.contains(words), "{words}");
    }
    assert!(!svg.contains("word 5"));
    let (width, height, _) = decoded(&manifold_png(&manifold(&values, ManifoldContents::Fields(&fields))));
    assert!(svg.contains(&format!("width=\"{}\" height=\"{}\"", width / 2, height / 2)));
}

#[test]
fn weights_are_blue_below_zero_and_red_above_by_one_measure() {
    let shape = ImageShape { height: 1, width: 2, channels: 1 };
    let layer = LayerWeights {
        name: "encoder.0".to_owned(),
        units: vec![7],
        weights: array![[-0.5, 0.5]],
        look: WeightsLook::Images(shape),
    };
    let figure = WeightsFigure { title: "weights", notes: &[], layers: &[layer] };
    let (width, _, rgb) = decoded(&weights_png(&figure));
    let at =
        |wanted: [u8; 3]| rgb.chunks_exact(3).position(|pixel| pixel == wanted).map(|place| place % width);
    let (blue, red) = (at([5, 48, 97]).unwrap(), at([103, 0, 31]).unwrap());
    assert!(blue < red, "{blue} {red}");
    let svg = weights_svg(&figure);
    assert!(svg.contains("−0.5") && svg.contains(">\n7\n<"), "the bar, and the unit's number");
}

#[test]
fn layers_of_any_kind_are_drawn() {
    let shape = ImageShape { height: 2, width: 2, channels: 3 };
    let looks = [
        (12, WeightsLook::Images(shape)),
        (12, WeightsLook::Names((0..12).map(|name| format!("<{name}>")).collect())),
        (12, WeightsLook::Counted("number")),
        (640, WeightsLook::Counted("number")),
    ];
    for (numbers, look) in looks {
        for units in [1, 30, 400] {
            for scale in [0.0, 1.0, 1e30] {
                let weights = (images(units, numbers) - 0.5) * scale;
                let layer = LayerWeights {
                    name: "a & b".to_owned(),
                    units: (0..units).collect(),
                    weights,
                    look: look.clone(),
                };
                let figure =
                    WeightsFigure { title: "weights", notes: &["note".to_owned()], layers: &[layer] };
                assert_well_formed(&weights_svg(&figure));
            }
        }
    }
}

fn marks() -> Vec<HistogramMark> {
    let mark = |name: &str, value, is_strong| HistogramMark { name: name.to_owned(), value, is_strong };
    vec![mark("mean < 1", 0.5, true), mark("far", 1e9, false), mark("nowhere", f64::NAN, false)]
}

#[test]
fn numbers_of_any_kind_have_a_histogram() {
    let many: Vec<f64> = (0..5000).map(|index| f64::from(index % 97)).collect();
    let tailed: Vec<f64> = (1..500).map(|index| 1000.0 / f64::from(index)).collect();
    for values in [&[][..], &[1.0], &[2.0; 40], &[f64::NAN, 1.0], &[-1e300, 1e300], &many, &tailed] {
        for size in [Size::Wide, Size::Narrow] {
            let marks = marks();
            let histogram =
                Histogram { title: "a & b", notes: &[], measure: "error", values, marks: &marks, size };
            let svg = histogram_svg(&histogram);
            assert_well_formed(&svg);
            assert!(svg.contains("mean &lt; 1") && !svg.contains("nowhere"));
        }
    }
}

#[test]
fn a_histogram_holds_every_sample() {
    let values: Vec<f64> = (0..40).map(|index| if index < 30 { 0.0 } else { 1.0 }).collect();
    let histogram =
        Histogram { title: "", notes: &[], measure: "error", values: &values, marks: &[], size: Size::Wide };
    let svg = histogram_svg(&histogram);
    // Two bars, three fourths and one fourth of the samples: the axis reaches beyond 75 %.
    assert!(svg.contains(">\n60\n<") && !svg.contains(">\n80\n<"), "{svg}");
    assert_eq!(svg.matches("#7FB8D8").count(), 2, "pale bars");
}

#[test]
fn best_and_worst_stand_below_the_histogram() {
    let (originals, restored) = (images(3, 4), images(3, 4) * 0.5);
    let captions = |count: usize| (0..count).map(|row| [format!("row <{row}>"), "0.5".to_owned()]).collect();
    let states = || [originals.view(), restored.view()];
    let shape = ImageShape { height: 2, width: 2, channels: 1 };
    let blamed = BlamedColumn {
        name: Some("p & q".to_owned()),
        value: "1".to_owned(),
        expected: "2".to_owned(),
        share: 0.75,
    };
    let contents = [
        ErrorContents::Cells { look: CellLook::Image(shape), states: states() },
        ErrorContents::Cells { look: CellLook::Lines { series: 1 }, states: states() },
        ErrorContents::Cells { look: CellLook::Lines { series: 2 }, states: states() },
        ErrorContents::Rows(vec![vec![blamed], Vec::new(), Vec::new()]),
    ];
    for contents in contents {
        let are_images = matches!(contents, ErrorContents::Cells { look: CellLook::Image(_), .. });
        let marks = marks();
        let groups = [ErrorGroup { title: "Restored worst", captions: captions(3), contents }];
        let histogram = Histogram {
            title: "errors",
            notes: &[],
            measure: "error",
            values: &[0.1, 0.2, 0.3],
            marks: &marks,
            size: Size::Wide,
        };
        let figure = ErrorsFigure { histogram, groups: &groups };
        let svg = errors_svg(&figure);
        assert_well_formed(&svg);
        assert!(svg.contains("row &lt;2&gt;") && svg.contains("Restored worst"));
        assert_eq!(svg.matches("data:image/png").count(), if are_images { 6 } else { 0 });
        let (width, height, _) = decoded(&errors_png(&figure));
        assert!(svg.contains(&format!("width=\"{}\" height=\"{}\"", width / 2, height / 2)));
    }
}

#[test]
fn units_have_their_samples_beside_them() {
    let unit = |name: &str, count: usize| CodeUnit {
        name: name.to_owned(),
        note: "12 % of the variance".to_owned(),
        captions: vec!["0.5".to_owned(); count],
    };
    let units = [unit("code_3", 4), unit("code_0", 2)];
    let samples = images(6, 4);
    let shape = ImageShape { height: 2, width: 2, channels: 1 };
    let rows: Vec<FeatureRow> = (0..6)
        .map(|row| FeatureRow { name: format!("row {row}"), fields: vec!["a < b".to_owned(); 3] })
        .collect();
    let contents = [
        FeaturesContents::Cells { look: CellLook::Image(shape), samples: samples.view() },
        FeaturesContents::Cells { look: CellLook::Lines { series: 1 }, samples: samples.view() },
        FeaturesContents::Rows(&rows),
    ];
    for contents in contents {
        let figure =
            FeaturesFigure { title: "features", notes: vec!["note".to_owned()], units: &units, contents };
        let svg = features_svg(&figure);
        assert_well_formed(&svg);
        assert_eq!(svg.matches(">\n0.5\n<").count(), 6);
        assert_eq!(svg.contains("row 5"), matches!(contents, FeaturesContents::Rows(_)));
        let (width, _, _) = decoded(&features_png(&figure));
        assert!(svg.contains(&format!("width=\"{}\"", width / 2)));
    }
}

#[test]
fn numbers_are_told_by_colours_of_a_bar() {
    let points = images(300, 2);
    let mut numbers: Vec<f64> = (0..300).map(f64::from).collect();
    numbers[7] = f64::NAN;
    numbers[8] = 1e9;
    for size in [Size::Wide, Size::Narrow] {
        let colours = Colours::Numbers(Numbers { name: "error", of_sample: &numbers });
        let svg = latent_svg(&Latent { colours, size, ..latent(&points) });
        assert_well_formed(&svg);
        assert!(svg.contains("≥ ") && svg.contains("≤ ") && svg.contains("error"), "{svg:.900}");
        assert_eq!(svg.contains("not known"), size == Size::Wide);
        // The letters of the bar's picture may be any.
        let paths = svg.split(" d=\"").skip(1).filter_map(|path| path.split('"').next());
        let dots: usize = paths.map(|path| path.matches("h1").count()).sum();
        assert_eq!(dots, 300, "no point is left out");
        // The ends of viridis without its lightest, and the colour of what is not known.
        for colour in ["#440154", "#C8D628", "#C8CCD2"] {
            assert!(svg.contains(&format!("stroke=\"{colour}\"")), "{colour}");
        }
    }
    let equal = [2.0; 300];
    for numbers in [&equal[..], &[f64::NAN; 300]] {
        let colours = Colours::Numbers(Numbers { name: "n", of_sample: numbers });
        assert_well_formed(&latent_svg(&Latent { colours, ..latent(&points) }));
    }
}

#[test]
fn narrow_figures_are_as_wide_as_a_phone() {
    let points = images(50, 2);
    let names: Vec<String> = (0..10).map(|name| format!("a long label {name}")).collect();
    let of_sample: Vec<usize> = (0..50).map(|sample| sample % 10).collect();
    let colours = Colours::Classes(Classes { of_sample: &of_sample, names: &names });
    let svg = latent_svg(&Latent { colours, size: Size::Narrow, ..latent(&points) });
    assert!(svg.contains("width=\"400\"") && svg.contains("a long label 9"));
    let curves = [Curve { points: &[(1.0, 0.5), (2.0, 0.2)], stroke: Stroke::Full(0) }];
    let baselines = [Baseline { name: "mean sample", value: 0.6 }];
    let loss = LossFigure {
        title: None,
        measure: "loss",
        curves: &curves,
        legend: &[("training", Stroke::Full(0))],
        baselines: &baselines,
        size: Size::Narrow,
    };
    let svg = loss_svg(&loss);
    assert_well_formed(&svg);
    assert!(svg.contains("width=\"400\"") && svg.contains("mean sample 0.600"));
}

#[test]
fn a_cell_alone_and_an_image_alone_have_their_own_size() {
    let (originals, restored) = (images(2, 12), images(2, 12) * 0.5);
    let svg = cell_svg(CellLook::Lines { series: 1 }, &[originals.view(), restored.view()], 1, 200);
    assert_well_formed(&svg);
    assert!(svg.contains("width=\"200\" height=\"120\""), "{svg:.200}");
    let shape = ImageShape { height: 3, width: 4, channels: 1 };
    let (width, height, rgb) = decoded(&image_png(&originals.row(0), shape));
    assert_eq!((width, height, rgb.len()), (4, 3, 36));
}
