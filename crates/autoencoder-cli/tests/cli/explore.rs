//! The page of a model: `explore`.

use serde_json::Value;

use crate::program::{SMALL, Scratch};

/// The data of a page.
fn data(page: &str) -> Value {
    let (_, behind) = page.split_once("type=\"application/json\">").unwrap();
    serde_json::from_str(behind.split_once("</script>").unwrap().0).unwrap()
}

/// The number of whole numbers of 16 bits that base64 stands for.
fn wholes(base64: &Value) -> usize {
    let text = base64.as_str().unwrap();
    let padding = text.bytes().rev().take_while(|&byte| byte == b'=').count();
    (text.len() / 4 * 3 - padding) / 2
}

#[test]
fn a_page_of_pictures_holds_the_network_the_codes_and_the_pictures() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run"));
    let notes = scratch.notes("explore run --count 40 --out page.html");
    assert!(
        notes.ends_with("page.html: 40 samples, 0.3 MB (test split of synthetic digits, seed 0)\n"),
        "{notes}"
    );
    let page = scratch.text("page.html");
    assert!(
        page.starts_with("<!doctype html>") && page.contains("<title>synthetic digits in 8 numbers</title>")
    );
    assert!(page.contains("<noscript>") && page.contains("src=\"data:image/svg+xml;base64,"));
    assert!(!page.contains(scratch.path("run").to_str().unwrap()), "no path of this machine");
    let data = data(&page);
    assert_eq!((&data["total"], &data["widths"]), (&4000.into(), &serde_json::json!([784, 24, 8, 24, 784])));
    assert_eq!(data["indices"][1], 100, "evenly spaced");
    assert_eq!(wholes(&data["codes"]["numbers"]["data"]), 40 * 8);
    assert_eq!(wholes(&data["labels"]["of"]), 40);
    assert_eq!(data["codes"]["plane"]["directions"].as_array().unwrap().len(), 2);
    let shown = &data["shown"];
    assert_eq!((&shown["kind"], &shown["thumbnails"]["width"]), (&"pictures".into(), &28.into()));
    assert_eq!(data["network"]["encoder"][0]["bits"], 16);
    // The same bytes on any number of threads, and from any copy of the run.
    scratch.succeed("explore run/model.safetensors synthetic --count 40 --threads 1 --out again.html");
    assert!(page == scratch.text("again.html"));
    scratch.succeed("explore run --count 3 --title <b>&co --out other.html");
    let other = scratch.text("other.html");
    assert!(other.contains("<title>&lt;b&gt;&amp;co</title>") && other.contains("\\u003cb\\u003e\\u0026co"));
}

#[test]
fn names_from_data_are_text_and_never_markup() {
    let scratch = Scratch::new();
    let hostile = "</script><script>alert(1)</script>";
    let word = ["<img src=x onerror=alert(1)>", "b"];
    let row = |row: usize| {
        format!("<b>{row},{},{},{}\n", word[row % 2], row * 37 % 11, [hostile, "a\u{2028}b"][row % 2])
    };
    let rows: String = (0..60).map(row).collect();
    let table = format!("id,kind,{hostile},label\n{rows}");
    scratch.write("table.csv", table);
    scratch.succeed("train table.csv --label-column label --id-column id --layers 6,2 --epochs 2 --out run");
    scratch.succeed("explore run --out page.html");
    let page = scratch.text("page.html");
    assert_eq!((page.matches("<script").count(), page.matches("</script>").count()), (2, 2));
    assert!(!page.contains("<img src=x") && !page.contains('\u{2028}') && !page.contains("<b>0"));
    let data = data(&page);
    assert_eq!(data["labels"]["names"][0], hostile);
    assert_eq!(data["ids"][3], "<b>3");
    let fields = data["shown"]["fields"].as_array().unwrap();
    assert_eq!(
        (&fields[0]["words"][0], &fields[1]["name"]),
        (&"<img src=x onerror=alert(1)>".into(), &hostile.into())
    );
}

#[test]
fn rows_have_fields_and_scores_and_series_are_lines() {
    let scratch = Scratch::new();
    scratch.succeed("synthetic --kind table --count 300 --out pumps -q");
    scratch.succeed("train pumps/table.csv --label-column odd --id-column id --preset anomaly --out odd -q");
    scratch.succeed("explore odd --out odd.html");
    let of_table = data(&scratch.text("odd.html"));
    let (scores, shown) = (&of_table["scores"], &of_table["shown"]);
    assert_eq!((&scores["kind"], &shown["kind"]), (&scores["scorer"]["kind"], &"rows".into()));
    assert_eq!(scores["threshold"], scratch.json("score odd")["threshold"]);
    assert_eq!(wholes(&shown["words"]), 300 * 2);
    scratch.succeed("synthetic --kind readings --count 600 --out . -q");
    scratch.succeed(
        "train readings.csv --label-column odd --time-column time --window 12 --epochs 1 --out hours -q",
    );
    scratch.succeed("explore hours --out hours.html");
    let of_hours = data(&scratch.text("hours.html"));
    let names = serde_json::json!(["power_kw", "outside_c", "inside_c", "water_l"]);
    assert_eq!((&of_hours["shown"]["kind"], &of_hours["shown"]["names"]), (&"lines".into(), &names));
    assert!(of_hours["scores"].is_null(), "rows have scores, and windows are many rows");
}

#[test]
fn variational_models_have_a_divergence_for_each_number() {
    let scratch = Scratch::new();
    scratch.succeed("train synthetic --limit 300 --preset vae --layers 20,4 --epochs 1 --out vae -q");
    scratch.succeed("explore vae --count 50 --out vae.html");
    let data = data(&scratch.text("vae.html"));
    assert_eq!(data["isVariational"], true);
    let units = data["codes"]["units"].as_array().unwrap();
    assert!(units.len() == 4 && units.iter().all(|unit| unit["kl"].as_f64().is_some_and(|kl| kl >= 0.0)));
}

#[test]
fn pages_that_are_too_large_are_refused_with_a_count_that_fits() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run").replace("24,8", "700,8"));
    let line = scratch.fail("explore run --max-size 1 --count 10 --out page.html", 1);
    assert!(line.contains("more than 1 MB") && line.contains("are the weights of the network"), "{line}");
    scratch.succeed(&format!("{SMALL} --out small"));
    let line = scratch.fail("explore small --max-size 1 --out page.html", 1);
    let (_, behind) = line.split_once("; --count ").unwrap_or_else(|| panic!("{line}"));
    let fitting = behind.split(' ').next().unwrap();
    scratch.succeed(&format!("explore small --max-size 1 --count {fitting} --out page.html"));
    assert!(scratch.read("page.html").len() <= 1_000_000);
    let line = scratch.fail("explore run --out page.pdf", 2);
    assert!(line.contains("page.pdf: expected a name that ends in .html"), "{line}");
    scratch.fail("explore run --out run/model.safetensors", 2);
}
