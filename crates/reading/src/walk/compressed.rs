//! Compressed streams.

use super::limits::Refusal;
use flate2::bufread::GzDecoder;
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

/// What an xz stream may ask for as its dictionary: 1.5 times that of `xz -9`.
const XZ_MEMORY: u64 = 100 << 20;

/// A decoder for one or more xz streams, one after the other.
pub(super) fn xz<'r>(reader: Box<dyn Read + 'r>) -> io::Result<impl Read + use<'r>> {
    let stream = liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY, liblzma::stream::CONCATENATED)?;
    let decoder = liblzma::bufread::XzDecoder::new_stream(BufReader::with_capacity(1 << 16, reader), stream);
    Ok(Told(decoder))
}

/// Says in plain words what an xz stream asks for in vain.
struct Told<R>(R);

impl<R: Read> Read for Told<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| {
            match error.get_ref().and_then(|e| e.downcast_ref::<liblzma::stream::Error>()) {
                Some(liblzma::stream::Error::MemLimit) => Refusal::error(
                    "too-large",
                    format!(
                        "unpacking this needs more than {} MB of memory; unpack it and add the result",
                        XZ_MEMORY >> 20
                    ),
                ),
                _ => error,
            }
        })
    }
}

/// A decoder for one or more gzip members, one after the other. What comes after them and is none is left out, as
/// `gzip` does; `garbage` tells that there was something. Zeros are padding.
pub(super) struct Gzip<R: BufRead> {
    decoder: GzDecoder<R>,
    garbage: Rc<Cell<bool>>,
    ended: bool,
}

impl<'r> Gzip<BufReader<Box<dyn Read + 'r>>> {
    pub(super) fn new(reader: Box<dyn Read + 'r>, garbage: &Rc<Cell<bool>>) -> Self {
        let reader = BufReader::with_capacity(1 << 16, reader);
        Self { decoder: GzDecoder::new(reader), garbage: Rc::clone(garbage), ended: false }
    }

    /// Goes on to the next member, if there is one.
    fn next_member(&mut self) -> io::Result<bool> {
        loop {
            let reader = self.decoder.get_mut();
            let rest = reader.fill_buf()?;
            match rest {
                [] => return Ok(false),
                // A member may start at the very end of the buffer.
                [0x1F] | [0x1F, 0x8B, ..] => break,
                _ => {}
            }
            let zeros = rest.iter().position(|&b| b != 0).unwrap_or(rest.len());
            if zeros == 0 {
                self.garbage.set(true);
                return Ok(false);
            }
            reader.consume(zeros);
        }
        let empty: Box<dyn Read + 'r> = Box::new(io::empty());
        let done = std::mem::replace(&mut self.decoder, GzDecoder::new(BufReader::with_capacity(1, empty)));
        self.decoder = GzDecoder::new(done.into_inner());
        Ok(true)
    }
}

impl<'r> Read for Gzip<BufReader<Box<dyn Read + 'r>>> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.ended && !buffer.is_empty() {
            match self.decoder.read(buffer)? {
                0 => self.ended = !self.next_member()?,
                n => return Ok(n),
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::walk::objects::tests::Dribble;
    use std::io::Write;

    #[test]
    fn members_follow_one_another_and_garbage_is_told() -> io::Result<()> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(b"words ")?;
        let member = encoder.finish()?;
        for (tail, garbage) in [(&b""[..], false), (b"\0\0\0", false), (b"x", true), (b"\0\0x", true)] {
            for step in [1, 7, usize::MAX] {
                let bytes = [&member, &member[..], &[0; 3], &member, tail].concat();
                let told = Rc::new(Cell::new(false));
                let mut text = String::new();
                Gzip::new(Box::new(Dribble(&bytes, step)), &told).read_to_string(&mut text)?;
                assert_eq!((text.as_str(), told.get()), ("words words words ", garbage), "{tail:?}");
            }
        }
        let told = Rc::new(Cell::new(false));
        let cut = Gzip::new(Box::new(&member[..member.len() - 3]), &told).read_to_end(&mut Vec::new());
        assert_eq!(cut.map_err(|e| e.kind()), Err(io::ErrorKind::UnexpectedEof));
        Ok(())
    }
}
