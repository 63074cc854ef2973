//! The floor under a durable write: the median time of one SQLite transaction that inserts one row with a sync.
//!
//! `cargo run --release --example commit_floor -- FOLDER [COUNT]` prints microseconds per transaction. The benchmarks
//! print it beside what a whole command costs on the same disk in the same run.

use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("a folder is needed")?;
    let count: usize = arguments.next().map_or(Ok(1000), |text| text.parse())?;
    let path =
        std::path::Path::new(&folder).join(format!("commit-floor-{}.db", std::process::id()));
    let connection = rusqlite::Connection::open(&path)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.execute_batch("CREATE TABLE rows(key INTEGER PRIMARY KEY, body TEXT)")?;
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let start = Instant::now();
        connection.execute_batch("BEGIN IMMEDIATE")?;
        connection
            .prepare_cached("INSERT INTO rows(body) VALUES(?1)")?
            .execute(["a row of about the size of one change"])?;
        connection.execute_batch("COMMIT")?;
        times.push(start.elapsed());
    }
    times.sort();
    println!("{:.1}", times[count / 2].as_secs_f64() * 1e6);
    drop(connection);
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
    }
    Ok(())
}
