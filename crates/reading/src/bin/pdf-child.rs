//! Reads one PDF on standard input, as a child of whoever adds documents. The `curbside` program has the same inside;
//! this one lets the tests of this crate run a real child.

use std::process::ExitCode;

fn main() -> ExitCode {
    reading::pdf::serve()
}
