fn main() {
    for q in std::io::stdin().lines().map_while(Result::ok) {
        let case = clinical::read_case(&q);
        println!("Q: {q}\n  intents {:?}", case.intents);
        for f in &case.facts {
            println!(
                "  {} = {} [{}] {:?} {}",
                f.attribute,
                f.value,
                f.assertion,
                &q[f.span[0]..f.span[1]],
                serde_json::to_string(&f.detail).unwrap_or_default()
            );
        }
        for r in &case.read_as {
            println!("  read as {r:?}");
        }
    }
}
