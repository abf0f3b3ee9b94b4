use super::*;

#[test]
fn the_order_in_which_the_compiler_comes_to_errors_does_not_matter() {
    let missing = |code, what: &str, start| {
        let message = format!("cannot find {what} in this scope");
        error(Some(code), &message, start, "Event")
    };
    let errors = [
        missing("E0433", "type `Event`", 9),
        missing("E0412", "type `Event`", 4),
        missing("E0433", "type `Event`", 4),
        error(Some("E0308"), "mismatched types", 4, "x"),
        error(Some("E0308"), "mismatched types", 4, "xy"),
    ];
    let judged = |order: &[usize]| {
        let errors = order.iter().map(|&index| errors[index].clone()).collect();
        let outcomes = failed_check(errors);
        judge(&Expectation::Pass, &Scaffold::default(), &outcomes).causes
    };
    let expected = judged(&[0, 1, 2, 3, 4]);
    let missing = expected.iter().find(|it| it.name.is_some()).unwrap();
    assert_eq!(
        (missing.code.as_deref(), missing.column),
        (Some("E0412"), Some(5))
    );
    for order in [[4, 3, 2, 1, 0], [2, 4, 1, 0, 3], [1, 0, 3, 2, 4]] {
        assert_eq!(judged(&order), expected, "{order:?}");
    }
}
