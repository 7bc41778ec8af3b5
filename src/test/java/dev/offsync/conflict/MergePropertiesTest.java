package dev.offsync.conflict;

import static dev.offsync.conflict.Meeting.decide;
import static dev.offsync.conflict.Meeting.merge;
import static dev.offsync.conflict.Meeting.rule;
import static dev.offsync.model.ConflictType.UPDATE_UPDATE;
import static dev.offsync.model.Strategy.LWW;
import static dev.offsync.model.Strategy.MANUAL;
import static dev.offsync.model.Strategy.REMOTE_WINS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.conflict.Decision.KeepLocal;
import dev.offsync.conflict.Decision.KeepRemote;
import dev.offsync.conflict.Decision.Open;
import dev.offsync.conflict.Decision.Write;
import dev.offsync.model.Conflict;
import dev.offsync.model.Row;
import dev.offsync.model.Rule;
import dev.offsync.model.Strategy;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

@Tag("guarantee-11")
class MergePropertiesTest {
    private static final List<String> COLUMNS = List.of("a", "b", "c", "d");

    @Property
    void disjoint_changes_commute(@ForAll("rows") Row base, @ForAll("rows") Row other, @ForAll Set<Boolean> odd) {
        Row mine = base;
        Row theirs = base;
        for (String column : COLUMNS) {
            boolean local = odd.contains(COLUMNS.indexOf(column) % 2 == 1);
            mine = local ? mine.with(column, other.get(column)) : mine;
            theirs = local ? theirs : theirs.with(column, other.get(column));
        }
        assertThat(outcome(base, mine, theirs, merge(MANUAL))).isEqualTo(other);
        assertThat(outcome(base, theirs, mine, merge(MANUAL))).isEqualTo(other);
    }

    @Property
    void every_value_of_a_merge_is_one_of_the_two(
            @ForAll("rows") Row base, @ForAll("rows") Row local, @ForAll("rows") Row remote) {
        Row merged = outcome(base, local, remote, merge(LWW));
        for (String column : COLUMNS) {
            assertThat(merged.get(column)).isIn(local.get(column), remote.get(column));
        }
    }

    @Property
    void a_merge_is_open_just_where_a_column_was_changed_in_two_ways(
            @ForAll("rows") Row base, @ForAll("rows") Row local, @ForAll("rows") Row remote) {
        boolean contested = COLUMNS.stream()
                .anyMatch(c -> !local.get(c).equals(base.get(c))
                        && !remote.get(c).equals(base.get(c))
                        && !local.get(c).equals(remote.get(c)));
        assertThat(decide(met(base, local, remote), merge(MANUAL)) instanceof Open)
                .isEqualTo(contested);
    }

    @Property
    void counters_add_up_whichever_side_is_which(
            @ForAll BigDecimal base, @ForAll BigDecimal local, @ForAll BigDecimal remote) {
        String one = Delta.sum(base.toPlainString(), local.toPlainString(), remote.toPlainString())
                .orElseThrow();
        String two = Delta.sum(base.toPlainString(), remote.toPlainString(), local.toPlainString())
                .orElseThrow();

        assertThat(one).isEqualTo(two);
        assertThat(new BigDecimal(one)).isEqualByComparingTo(local.add(remote).subtract(base));
    }

    @Property
    void remote_wins_always_yields_the_hubs_row(
            @ForAll("rows") Row base, @ForAll("rows") Row local, @ForAll("rows") Row remote) {
        assertThat(outcome(base, local, remote, rule(REMOTE_WINS))).isEqualTo(remote);
    }

    @Property
    void equal_rows_never_wait_for_a_person(
            @ForAll("rows") Row base, @ForAll("rows") Row both, @ForAll Strategy strategy) {
        assertThat(outcome(base, both, both, rule(strategy))).isEqualTo(both);
    }

    private static Row outcome(Row base, Row local, Row remote, Rule rule) {
        Decision decision = decide(met(base, local, remote), rule);
        if (decision instanceof KeepLocal) {
            return local;
        }
        if (decision instanceof KeepRemote) {
            return remote;
        }
        assertThat(decision).isInstanceOf(Write.class);
        return ((Write) decision).row();
    }

    private static Conflict met(Row base, Row local, Row remote) {
        return Meeting.of(UPDATE_UPDATE, base, local, remote);
    }

    /** Few values, so that sides agree as often as they differ. */
    @Provide
    Arbitrary<Row> rows() {
        return Arbitraries.of("1", "2", "3").list().ofSize(COLUMNS.size()).map(values -> Row.of(COLUMNS, values)
                .with("id", "7"));
    }
}
