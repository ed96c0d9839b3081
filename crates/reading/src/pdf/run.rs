//! The parent's side: starts the child, feeds it, waits for it, and tells how it ended.
//!
//! Owns the wall clock. Whatever the child does, it is dead and reaped when this returns.

use super::Worker;
use super::child::{MEMORY, SECONDS};
use super::wire::Answer;
use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// The child may answer no more than this.
const MOST_ANSWER: u64 = 64 << 20;
/// How much of the child's complaints is looked at.
const MOST_COMPLAINT: u64 = 16 << 10;

/// How a run ended.
struct End {
    /// `None`: killed, since it took too long or said too much.
    status: Option<ExitStatus>,
    late: bool,
    said: Vec<u8>,
    complaint: String,
}

/// What the child says of a file, or the code and the message of what went wrong.
pub(super) fn ask(bytes: &[u8], worker: &Worker) -> Result<Answer, (&'static str, String)> {
    let end = run(bytes, worker).map_err(|error| {
        let message = format!(
            "the PDF reader {} could not be started: {error}; check the installation, then add the file again",
            worker.program.display()
        );
        ("pdf-worker", message)
    })?;
    judge(&end, worker)
}

fn judge(end: &End, worker: &Worker) -> Result<Answer, (&'static str, String)> {
    let seconds = worker.time.as_secs_f32();
    if end.late || signal(end.status) == Some(XCPU) {
        let message = format!(
            "this PDF took more than {seconds} seconds and was given up; split it, print it to a new PDF, or raise the time limit"
        );
        return Err(("pdf-timeout", message));
    }
    if end.complaint.contains("memory allocation of") || end.complaint.contains("capacity overflow") {
        let message = format!(
            "this PDF needs more than {} MB of memory and was given up; split it, print it to a new PDF, or raise the memory limit",
            worker.memory >> 20
        );
        return Err(("pdf-memory", message));
    }
    let Some(status) = end.status else {
        let message = format!("this PDF holds more than {} MB of text; split it and add the parts", MOST_ANSWER >> 20);
        return Err(("too-large", message));
    };
    if !status.success() {
        let reason = end.complaint.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default();
        let reason: String = reason.chars().filter(|c| !c.is_control()).take(200).collect();
        let because = if reason.is_empty() { String::new() } else { format!(": {reason}") };
        let message = format!(
            "the PDF reader broke off ({status}{because}); the file may be damaged: open it in a viewer, print it to a new PDF and add that"
        );
        return Err(("pdf-crashed", message));
    }
    serde_json::from_slice(&end.said).map_err(|_| {
        let message = "the PDF reader gave no sensible answer for this file; check that the program installed is one \
                       version of Curbside, then add the file again";
        ("pdf-crashed", message.to_owned())
    })
}

/// Used up its CPU seconds.
const XCPU: i32 = 24;

#[cfg(unix)]
fn signal(status: Option<ExitStatus>) -> Option<i32> {
    use std::os::unix::process::ExitStatusExt;
    status.and_then(|s| s.signal())
}

#[cfg(not(unix))]
fn signal(_: Option<ExitStatus>) -> Option<i32> {
    None
}

fn run(bytes: &[u8], worker: &Worker) -> std::io::Result<End> {
    // CPU seconds are a second line of defence, for a child whose parent is killed.
    let seconds = worker.time.as_secs().saturating_add(1);
    let mut child = Command::new(&worker.program)
        .args(&worker.arguments)
        .env_clear()
        .env(MEMORY, worker.memory.to_string())
        .env(SECONDS, seconds.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let deadline = Instant::now().checked_add(worker.time);
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    // All three pipes are served at once, so that none can fill up and stop the child; killing it closes them.
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // A child that stops reading has its reasons; its answer tells.
            let _ = stdin.map(|mut pipe| pipe.write_all(bytes));
        });
        let complaint = scope.spawn(move || stderr.map(|pipe| drain(pipe, MOST_COMPLAINT).0).unwrap_or_default());
        let (send, receive) = mpsc::channel();
        scope.spawn(move || {
            let said = stdout.map(|pipe| first(pipe, MOST_ANSWER)).unwrap_or_default();
            // The parent waits for this until it gives up.
            let _ = send.send(said);
        });
        let left = || deadline.map_or(Duration::MAX, |d| d.saturating_duration_since(Instant::now()));
        let answer = receive.recv_timeout(left());
        let late = answer.is_err();
        let (said, too_much) = answer.unwrap_or_default();
        let mut end = End { status: None, late, said, complaint: String::new() };
        if !late && !too_much {
            match wait(&mut child, deadline) {
                Some(status) => end.status = Some(status),
                None => end.late = true,
            }
        }
        if end.status.is_none() {
            // Already gone is as good as killed.
            let _ = child.kill();
            let _ = child.wait();
        }
        end.complaint = complaint.join().map(|c| String::from_utf8_lossy(&c).into_owned()).unwrap_or_default();
        Ok(end)
    })
}

/// Waits for a child that has closed its output and so is as good as gone.
fn wait(child: &mut Child, deadline: Option<Instant>) -> Option<ExitStatus> {
    let mut pause = Duration::from_micros(200);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if deadline.is_none_or(|d| Instant::now() < d) => std::thread::sleep(pause),
            _ => return None,
        }
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// The first bytes of a pipe, and whether there were more. Stops reading then.
fn first(pipe: impl Read, most: u64) -> (Vec<u8>, bool) {
    let mut said = Vec::new();
    // What came before an error still counts; the exit status tells the rest.
    let _ = pipe.take(most + 1).read_to_end(&mut said);
    let more = said.len() as u64 > most;
    (said, more)
}

/// The first bytes of a pipe; the rest is read and thrown away.
fn drain(mut pipe: impl Read, most: u64) -> (Vec<u8>, bool) {
    let said = first(&mut pipe, most);
    let _ = std::io::copy(&mut pipe, &mut std::io::sink());
    said
}
