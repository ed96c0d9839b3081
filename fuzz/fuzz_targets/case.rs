#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| curbside_fuzz::case(data));
