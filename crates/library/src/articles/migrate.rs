//! What version 0.1 kept, read into the tables of this one: one article for each question and case, with a slug and its
//! thread. Runs inside the migration; what cannot be read stays where it was, in the table `article_0_1`.

use super::keep::{Origin, article_for, log_kept, next_version};
use super::outline::Outline;
use rusqlite::{Connection, Transaction};
use rusqlite_migration::HookResult;
use std::collections::BTreeMap;

pub(crate) fn articles_of_0_1(transaction: &Transaction<'_>) -> HookResult {
    for hash in in_order(transaction)? {
        migrate(transaction, &hash)?;
    }
    let left: i64 = transaction.query_row("SELECT count(*) FROM article_0_1", [], |r| r.get(0))?;
    if left == 0 {
        transaction.execute_batch("DROP TABLE article_0_1")?;
    }
    Ok(())
}

/// Their hashes, oldest first, but what follows another behind it, also where both were kept in one second.
fn in_order(c: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = c.prepare(
        "SELECT hash, CASE WHEN json_valid(body) THEN json_extract(body, '$.follows.article') END
         FROM article_0_1 ORDER BY kept_at, reader <> 'clinician', hash",
    )?;
    let rows = statement.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, Option<String>>(1)?)))?;
    let all = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut waiting: BTreeMap<String, Option<String>> = all.iter().cloned().collect();
    let mut order = Vec::with_capacity(all.len());
    for (hash, _) in all {
        let mut chain = Vec::new();
        let mut next = Some(hash);
        while let Some(hash) = next {
            let Some(before) = waiting.remove(&hash) else { break };
            chain.push(hash);
            next = before;
        }
        order.extend(chain.into_iter().rev());
    }
    Ok(order)
}

fn migrate(c: &Connection, hash: &str) -> rusqlite::Result<()> {
    let (json, kept_at): (String, i64) =
        c.query_row("SELECT body, kept_at FROM article_0_1 WHERE hash = ?1", [hash], |r| Ok((r.get(0)?, r.get(1)?)))?;
    let Ok(body) = serde_json::from_str(&json) else { return Ok(()) };
    let outline = Outline { hash: hash.to_owned(), json, body };
    let origin = if outline.body.follows.is_some() { Origin::Followed } else { Origin::Asked };
    let key = outline.key(c)?;
    let article = article_for(c, &outline, &key, None, origin, kept_at)?;
    if let Some(number) = next_version(c, article, &outline, kept_at)? {
        log_kept(c, "system", article, &outline, number)?;
    }
    c.execute("DELETE FROM article_0_1 WHERE hash = ?1", [hash])?;
    Ok(())
}
