package dev.offsync.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Tables, and what is done to their rows; every function of a number of rows or operations returns SQL, which may commit.
 *
 * @param schema makes the tables
 * @param tables their names, in an order in which they can be filled
 * @param fill the rows whose COPY is the unit
 * @param seed rows that both sides have before anything is measured; an empty string where there are none
 * @param change what the application does
 */
record Content(
        String schema,
        List<String> tables,
        LongFunction<String> fill,
        LongFunction<String> seed,
        LongFunction<String> change) {
    private static final String READING = """
            CREATE TABLE reading (
                id     bigint PRIMARY KEY,
                sensor int NOT NULL,
                value  double precision NOT NULL,
                at     timestamptz NOT NULL,
                note   text
            );
            """;

    private static final String READING_ROWS = """
            INSERT INTO reading
            SELECT i, i %% 500, i / 7.0, timestamptz '2026-01-01 00:00Z' + i * interval '1 second', 'reading ' || i
            FROM generate_series(%s, %s) AS i
            """;

    /** Readings inserted in transactions of 100, by one statement each. */
    static Content inserts() {
        LongFunction<String> fill = rows -> inSteps(rows, 100, READING_ROWS.formatted("low", "low + 99"));
        return new Content(READING, List.of("reading"), fill, rows -> "", fill);
    }

    /** Readings updated by a statement each, 100 of them in a transaction. */
    static Content updates() {
        return new Content(
                READING,
                List.of("reading"),
                Content::readings,
                Content::readings,
                rows -> oneByOne(rows, 100, "UPDATE reading SET value = value + 1 WHERE id = i"));
    }

    /** A hundred readings updated again and again, each time in a transaction of its own. */
    static Content hotRows() {
        return new Content(
                READING,
                List.of("reading"),
                Content::readings,
                rows -> readings(100),
                rows -> oneByOne(rows, 1, "UPDATE reading SET value = value + 1 WHERE id = i % 100 + 1"));
    }

    /** Readings deleted in transactions of 100, by one statement each. */
    static Content deletes() {
        return new Content(
                READING,
                List.of("reading"),
                Content::readings,
                Content::readings,
                rows -> inSteps(rows, 100, "DELETE FROM reading WHERE id BETWEEN low AND low + 99"));
    }

    /** Rows of 30 columns, inserted in transactions of 100. */
    static Content columns() {
        var definition = new StringBuilder("CREATE TABLE wide (id bigint PRIMARY KEY");
        var values = new StringBuilder("i");
        String[] types = {"int", "text", "numeric(12, 2)", "timestamptz", "double precision"};
        String[] expressions = {
            "i %% %d", "'text ' || i * %d", "i / %d.0", "timestamptz '2026-01-01Z' + i * interval '%d s'", "i / %d.5"
        };
        for (int column = 1; column < 30; column++) {
            definition.append(", c").append(column).append(' ').append(types[column % 5]);
            values.append(", ").append(String.format(expressions[column % 5], column + 1));
        }
        String rows = "INSERT INTO wide SELECT " + values + " FROM generate_series(low, low + 99) AS i";
        LongFunction<String> fill = n -> inSteps(n, 100, rows);
        return new Content(definition + ")", List.of("wide"), fill, n -> "", fill);
    }

    /** Texts of 100 KB that do not compress well, inserted in transactions of 10. */
    static Content texts() {
        LongFunction<String> fill = rows -> inSteps(rows, 10, """
                INSERT INTO document
                SELECT i, (SELECT string_agg(md5((i * 3200 + part)::text), '') FROM generate_series(1, 3200) AS part)
                FROM generate_series(low, low + 9) AS i
                """);
        return new Content(
                "CREATE TABLE document (id bigint PRIMARY KEY, body text)",
                List.of("document"),
                fill,
                rows -> "",
                fill);
    }

    /**
     * Orders with their lines in ten pairs of tables. A transaction of eight operations makes an order and five lines, changes
     * the order before it in its table, and takes a line from that.
     */
    static Content mix() {
        var schema = new StringBuilder();
        var tables = new ArrayList<String>();
        for (int pair = 0; pair < 10; pair++) {
            schema.append("""
                    CREATE TABLE order_%1$d (id bigint PRIMARY KEY, customer text, total numeric);
                    CREATE TABLE line_%1$d (
                        id bigint PRIMARY KEY, order_id bigint REFERENCES order_%1$d, article text, quantity int
                    );
                    """.formatted(pair));
            tables.add("order_" + pair);
            tables.add("line_" + pair);
        }
        String order =
                "EXECUTE format('INSERT INTO order_%%s VALUES ($1, ''customer '' || $1, $1 / 7.0)', i %% 10) USING i";
        String lines = "EXECUTE format('INSERT INTO line_%%s SELECT $1 * 10 + l, $1, ''article '' || l, l"
                + " FROM generate_series(0, 4) AS l', i %% 10) USING i";
        String update = "EXECUTE format('UPDATE order_%%s SET total = total + 1 WHERE id = $1', i %% 10) USING i - 10";
        String delete = "EXECUTE format('DELETE FROM line_%%s WHERE id = $1', i %% 10) USING (i - 10) * 10";
        return new Content(
                schema.toString(),
                tables,
                rows -> oneByOne(rows / 6, 100, order.formatted() + "; " + lines.formatted()),
                rows -> "",
                rows -> oneByOne(
                        rows / 8,
                        1,
                        String.join("; ", order, lines, update, delete).formatted()));
    }

    private static String readings(long rows) {
        return READING_ROWS.formatted(1, rows);
    }

    /** Runs {@code sql} for low = 1, 1 + step, …, each in a transaction of its own. */
    private static String inSteps(long rows, int step, String sql) {
        return """
                DO $$
                BEGIN
                    FOR low IN 1 .. %d BY %d LOOP
                        %s;
                        COMMIT;
                    END LOOP;
                END
                $$
                """.formatted(rows, step, sql);
    }

    /** Runs {@code sql} for i = 1, 2, … and commits every {@code perTransaction} times. */
    static String oneByOne(long times, int perTransaction, String sql) {
        return """
                DO $$
                BEGIN
                    FOR i IN 1 .. %d LOOP
                        %s;
                        IF i %% %d = 0 THEN
                            COMMIT;
                        END IF;
                    END LOOP;
                END
                $$
                """.formatted(times, sql, perTransaction);
    }
}
