package dev.offsync.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.Finding.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a run ended, as its exit code tells. */
class ResultTest {
    private static final List<Problem> NONE = List.of();
    private static final List<Problem> SKEW = List.of(problem(Problem.CLOCK_SKEW));
    private static final List<Problem> DRIFT = List.of(problem("schema_drift"));

    @Test
    void a_run_with_nothing_left_is_done() {
        assertThat(push(0, 0, 0, NONE).exitCode()).isZero();
        assertThat(pull(0, 0, 0, NONE).exitCode()).isZero();
        assertThat(sync(push(0, 0, 0, NONE), pull(0, 0, 0, NONE))).isZero();
    }

    @Test
    void an_open_conflict_ends_it_with_3() {
        assertThat(push(0, 0, 1, NONE).exitCode()).isEqualTo(3);
        assertThat(pull(0, 0, 1, NONE).exitCode()).isEqualTo(3);
        assertThat(sync(push(0, 0, 0, NONE), pull(0, 0, 1, NONE))).isEqualTo(3);
    }

    @Test
    void a_failed_or_parked_operation_takes_precedence_over_it() {
        assertThat(push(1, 0, 1, NONE).exitCode()).isEqualTo(4);
        assertThat(push(0, 1, 1, NONE).exitCode()).isEqualTo(4);
        assertThat(push(1, 1, 1, NONE).exitCode()).isEqualTo(4);
        assertThat(pull(1, 0, 1, NONE).exitCode()).isEqualTo(4);
        assertThat(pull(0, 1, 0, NONE).exitCode()).isEqualTo(4);
        assertThat(pull(1, 1, 0, NONE).exitCode()).isEqualTo(4);
        assertThat(sync(push(0, 0, 0, NONE), pull(1, 1, 1, NONE))).isEqualTo(4);
    }

    @Test
    void a_problem_counts_like_a_failed_operation_and_a_warning_does_not() {
        assertThat(push(0, 0, 1, DRIFT).exitCode()).isEqualTo(4);
        assertThat(push(0, 0, 0, SKEW).exitCode()).isZero();
        assertThat(pull(0, 0, 0, DRIFT).exitCode()).isEqualTo(4);
        assertThat(pull(0, 0, 1, SKEW).exitCode()).isEqualTo(3);
    }

    @Test
    void a_sync_is_judged_by_the_problems_of_both_and_the_state_after_the_pull() {
        assertThat(sync(push(0, 0, 0, DRIFT), pull(0, 0, 0, NONE))).isEqualTo(4);
        assertThat(sync(push(0, 0, 0, NONE), pull(0, 0, 0, DRIFT))).isEqualTo(4);
        assertThat(sync(push(1, 1, 1, NONE), pull(0, 0, 0, SKEW))).isZero();
    }

    @Test
    void check_fails_for_an_error_alone() {
        assertThat(check().exitCode()).isZero();
        assertThat(check(Severity.WARNING, Severity.ADVICE).exitCode()).isZero();
        assertThat(check(Severity.WARNING, Severity.ERROR).exitCode()).isEqualTo(5);
    }

    @Test
    void verify_fails_for_a_row_of_either_side_or_of_both() {
        assertThat(verified(false, 0, compared(0, 0, 0)).exitCode()).isZero();
        assertThat(verified(false, 1, compared(0, 0, 0)).exitCode()).isZero();
        assertThat(verified(false, 0, compared(0, 0, 0), compared(1, 0, 0)).exitCode())
                .isEqualTo(5);
        assertThat(verified(false, 0, compared(0, 2, 0)).exitCode()).isEqualTo(5);
        assertThat(verified(false, 0, compared(0, 0, 3)).exitCode()).isEqualTo(5);
        assertThat(verified(false, 0, compared(1, 2, 4), compared(8, 0, 0)).total())
                .isEqualTo(15);
    }

    @Test
    void a_repair_that_leaves_a_conflict_ends_with_3() {
        assertThat(verified(true, 0, compared(1, 2, 4)).exitCode()).isZero();
        assertThat(verified(true, 1, compared(0, 0, 1)).exitCode()).isEqualTo(3);
    }

    private static PushResult push(long failed, long parked, int open, List<Problem> problems) {
        return new PushResult(
                0, 0, 0, 0, failed, parked, new ConflictCounts(0, 0, open), List.of(), null, 0, false, problems);
    }

    private static PullResult pull(long failed, long parked, int open, List<Problem> problems) {
        var conflicts = new ConflictCounts(0, 0, open);
        return new PullResult(
                0, 0, 0, 0, 0, failed, parked, conflicts, List.of(), false, true, null, 0, false, problems);
    }

    private static int sync(PushResult push, PullResult pull) {
        return new SyncResult(push, pull, 0).exitCode();
    }

    private static CheckResult check(Severity... severities) {
        return new CheckResult(
                "till",
                List.of(),
                List.of(severities).stream()
                        .map(severity -> new Finding("code", severity, "message", null))
                        .toList());
    }

    private static VerifyResult verified(boolean repaired, int open, VerifiedTable... tables) {
        var conflicts = new ConflictCounts(0, 0, open);
        return new VerifyResult("till", List.of(tables), List.of(), repaired, conflicts, List.of(), 0, List.of());
    }

    private static VerifiedTable compared(long missingLocal, long missingRemote, long differs) {
        return new VerifiedTable("items", "both", 9, 0, 1, 1, missingLocal, missingRemote, differs);
    }

    private static Problem problem(String code) {
        return new Problem(code, "items", null, null, "message", null);
    }
}
