package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A run has the memory that it was given, and the queue may hold rows of any size. */
@Tag("guarantee-20")
@Order(8)
class LargeRowIT {
    private static final String TABLE = "CREATE TABLE document (id integer PRIMARY KEY, body text)";
    private static final String DOCUMENTS = "SELECT id, length(body) FROM document ORDER BY id";

    @AutoClose
    private final Fleet fleet = new Fleet();

    private final Device till = fleet.till();

    @BeforeEach
    void join() throws SQLException {
        fleet.sql(TABLE);
        till.sql(TABLE);
        fleet.join(till, "--tables", "document");
    }

    @Test
    void a_row_too_large_for_the_memory_is_named_and_parked_and_goes_once_there_is_more() throws SQLException {
        till.sql("INSERT INTO document VALUES (1, 'small')");
        till.sql("INSERT INTO document VALUES (2, repeat('large ', 4000000)), (3, 'of the same transaction')");
        till.sql("INSERT INTO document VALUES (4, 'small')");
        till.sql("UPDATE document SET body = 'changed later' WHERE id = 3");
        for (int run = 1; run <= 2; run++) {
            Answer tight =
                    Answer.of(till.command("push", "--json").jvm("-Xmx32m").run());
            assertThat(tight.exitCode()).as("%s", tight).isEqualTo(4);
            assertThat(tight.number("pushed")).isEqualTo(run == 1 ? 2 : 0);
            assertThat(tight.number("parked")).isEqualTo(3);
            assertThat(tight.text("problems.0.code")).isEqualTo("too_large");
            assertThat(tight.text("problems.0.table")).isEqualTo("document");
            assertThat(tight.text("problems.0.record_id")).isEqualTo("2");
            assertThat(tight.text("problems.0.message")).contains("the row takes 22 MB", "larger heap");
            assertThat(fleet.rows(DOCUMENTS)).containsExactly("1|5", "4|5");
        }

        Answer roomy = Answer.of(till.command("push", "--json").jvm("-Xmx128m").run());
        assertThat(roomy.exitCode()).as("%s", roomy).isZero();
        assertThat(fleet.rows(DOCUMENTS)).containsExactly("1|5", "2|24000000", "3|13", "4|5");
    }

    @Test
    void a_row_of_the_hub_too_large_for_the_memory_is_named_and_left_there_until_there_is_more() throws SQLException {
        fleet.sql("INSERT INTO document VALUES (1, 'small'), (2, repeat('large ', 4000000)), (3, 'small')");
        for (int run = 1; run <= 2; run++) {
            Answer tight =
                    Answer.of(till.command("pull", "--json").jvm("-Xmx32m").run());
            assertThat(tight.exitCode()).as("%s", tight).isEqualTo(4);
            assertThat(tight.number("pulled")).isEqualTo(run == 1 ? 2 : 0);
            assertThat(tight.text("problems.0.code")).isEqualTo("too_large");
            assertThat(tight.text("problems.0.table")).isEqualTo("document");
            assertThat(tight.text("problems.0.record_id")).isEqualTo("2");
            assertThat(tight.text("problems.0.hint")).contains("larger heap");
            assertThat(till.rows(DOCUMENTS)).containsExactly("1|5", "3|5");
        }

        Answer roomy = Answer.of(till.command("pull", "--json").jvm("-Xmx128m").run());
        assertThat(roomy.exitCode()).as("%s", roomy).isZero();
        assertThat(till.rows(DOCUMENTS)).containsExactly("1|5", "2|24000000", "3|5");
    }

    @Test
    void a_first_load_names_a_row_too_large_for_the_memory_and_leaves_it_on_the_hub() throws SQLException {
        fleet.sql("INSERT INTO document SELECT i, CASE WHEN i = 9000 THEN repeat('large ', 4000000) ELSE 'small' END"
                + " FROM generate_series(1, 20000) AS i");
        Answer tight = Answer.of(till.command("pull", "--json").jvm("-Xmx32m").run());
        assertThat(tight.exitCode()).as("%s", tight).isEqualTo(4);
        assertThat(tight.number("pulled")).isEqualTo(19_999);
        assertThat(tight.text("problems.0.code")).isEqualTo("too_large");
        assertThat(tight.text("problems.0.record_id")).isEqualTo("9000");
        assertThat(till.rows("SELECT count(*) FROM document")).containsExactly("19999");

        Answer roomy = Answer.of(till.command("pull", "--json").jvm("-Xmx128m").run());
        assertThat(roomy.exitCode()).as("%s", roomy).isZero();
        assertThat(roomy.number("pulled")).isOne();
        assertThat(till.rows("SELECT length(body) FROM document WHERE id = 9000"))
                .containsExactly("24000000");
    }

    @Test
    void chunks_that_there_is_no_memory_for_beside_the_one_before_are_not_read_ahead() throws SQLException {
        fleet.sql("INSERT INTO document SELECT i, 'small' FROM generate_series(1, 180) AS i");
        till.sql("INSERT INTO offsync.sync_config VALUES ('batch_size', '10')");
        assertThat(Answer.of(till.command("pull", "--json").run()).exitCode()).isZero();
        fleet.sql(
                "UPDATE document SET body = repeat('text ', CASE WHEN id = 70 THEN 800000 WHEN id > 100 THEN 20000 ELSE 1 END)");
        Answer answer = Answer.of(till.command("pull", "--json").jvm("-Xmx32m").run());
        assertThat(answer.exitCode()).as("%s", answer).isZero();
        assertThat(answer.number("updated")).isEqualTo(180);
        assertThat(till.rows(DOCUMENTS)).isEqualTo(fleet.rows(DOCUMENTS)).contains("70|4000000", "180|100000");
    }

    @Test
    void rows_of_16_MB_need_no_more_than_128_MB_where_the_columns_differ() throws SQLException {
        String sheet = "CREATE TABLE sheet (id integer PRIMARY KEY, body text%s)";
        Device office = fleet.van();
        fleet.sql("CREATE TABLE sheet (body text, id integer PRIMARY KEY, seen boolean DEFAULT true)");
        till.sql(sheet.formatted(""));
        office.sql(sheet.formatted(", seen boolean"));
        fleet.join(till, "--tables", "sheet");
        fleet.join(office, "--tables", "sheet");
        till.sql("INSERT INTO sheet SELECT n, repeat('sixteen ', 2097152) FROM generate_series(1, 3) AS n");
        for (String verb : new String[] {"push", "pull"}) {
            Device device = verb.equals("push") ? till : office;
            Answer answer =
                    Answer.of(device.command(verb, "--json").jvm("-Xmx128m").run());
            assertThat(answer.exitCode()).as("%s", answer).isZero();
        }
        assertThat(office.rows("SELECT id, length(body), seen FROM sheet ORDER BY id"))
                .containsExactly("1|16777216|t", "2|16777216|t", "3|16777216|t");
    }

    @Test
    void a_conflict_too_large_for_the_memory_is_named_and_parked_until_there_is_more() throws SQLException {
        till.sql("INSERT INTO document VALUES (1, 'small'), (2, 'small'), (3, 'small'), (4, 'small')");
        assertThat(till.inThisProcess("sync").exitCode()).isZero();
        fleet.sql(
                "UPDATE document SET body = CASE id WHEN 1 THEN repeat('large ', 700000) ELSE 'hub' END WHERE id < 4");
        till.sql("UPDATE document SET body = CASE id WHEN 2 THEN repeat('large ', 700000) ELSE 'till' END");
        for (String verb : new String[] {"push", "push", "pull", "pull"}) {
            Answer tight = Answer.of(till.command(verb, "--json").jvm("-Xmx48m").run());
            assertThat(tight.exitCode()).as("%s", tight).isEqualTo(4);
            assertThat(tight.number("parked")).isEqualTo(2);
            for (String row : new String[] {"1", "2"}) {
                String problem = "problems." + (Integer.parseInt(row) - 1);
                assertThat(tight.text(problem + ".code")).isEqualTo("too_large");
                assertThat(tight.text(problem + ".table")).isEqualTo("document");
                assertThat(tight.text(problem + ".record_id")).isEqualTo(row);
                assertThat(tight.text(problem + ".message")).contains("in conflict", "takes 4 MB", "larger heap");
            }
            assertThat(fleet.rows(DOCUMENTS)).containsExactly("1|4200000", "2|3", "3|4", "4|4");
        }

        Answer roomy = Answer.of(till.command("push", "--json").jvm("-Xmx128m").run());
        assertThat(roomy.exitCode()).as("%s", roomy).isEqualTo(4);
        assertThat(roomy.number("conflicts.resolved")).isEqualTo(2);
        assertThat(roomy.number("parked")).isZero();
        assertThat(fleet.rows(DOCUMENTS)).containsExactly("1|4", "2|4200000", "3|4", "4|4");
        assertThat(till.inThisProcess("sync").exitCode()).isZero();
    }

    @Test
    void conflicts_that_are_too_large_together_come_one_batch_after_the_other() throws SQLException {
        till.sql("INSERT INTO document SELECT n, 'small' FROM generate_series(1, 5) AS n");
        assertThat(till.inThisProcess("sync").exitCode()).isZero();
        fleet.sql("UPDATE document SET body = repeat('hub ', 250000)");
        till.sql("UPDATE document SET body = 'till'");
        Answer tight = Answer.of(till.command("push", "--json").jvm("-Xmx48m").run());
        assertThat(tight.exitCode()).as("%s", tight).isZero();
        assertThat(tight.number("conflicts.resolved")).isEqualTo(5);
        assertThat(tight.number("batches")).isGreaterThan(2);
        assertThat(fleet.rows(DOCUMENTS)).containsExactly("1|4", "2|4", "3|4", "4|4", "5|4");
    }
}
