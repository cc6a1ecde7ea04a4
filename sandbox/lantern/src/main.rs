fn main() {
    println!("lantern {}", env!("CARGO_PKG_VERSION"));
}
