#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| curbside_fuzz::unit(reading::Format::Digest, data));
