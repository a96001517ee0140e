//! Tests that the example runs to its end.

#[path = "../examples/odd_rows.rs"]
mod odd_rows;

#[test]
fn the_odd_row_of_a_table_is_named() {
    odd_rows::main().unwrap();
}
