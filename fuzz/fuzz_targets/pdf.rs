#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| curbside_fuzz::pdf(data));
