package dev.offsync.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Statements of an application over few keys and few unique values, so that histories meet each other. Every value of a
 * column {@code note} is written once in a history, so that its fate can be told.
 */
final class RandomWrites {
    /** A note as it is found in rows and logs: {@code <17>}. */
    static final String NOTE = "<[0-9]+>";

    static final List<String> TABLES = List.of("customer", "orders", "line", "tag", "counter");

    static final String SCHEMA = """
            CREATE TABLE customer (id integer PRIMARY KEY, email text UNIQUE, note text, points integer NOT NULL DEFAULT 0,
                                   boss integer REFERENCES customer ON UPDATE CASCADE);
            CREATE TABLE orders (shop integer, no integer, note text, customer integer REFERENCES customer ON UPDATE CASCADE,
                                 PRIMARY KEY (shop, no));
            CREATE TABLE line (shop integer, no integer, pos integer, item text, note text, PRIMARY KEY (shop, no, pos),
                               UNIQUE (shop, no, item),
                               FOREIGN KEY (shop, no) REFERENCES orders ON UPDATE CASCADE ON DELETE CASCADE);
            CREATE TABLE tag (code text PRIMARY KEY DEFAULT 'r' || md5(random()::text), label text UNIQUE DEFERRABLE INITIALLY DEFERRED, note text);
            CREATE TABLE counter (id integer PRIMARY KEY, points integer NOT NULL);
            """;

    /** What everybody has at the beginning. */
    static final String ROWS = """
            INSERT INTO customer VALUES (1, 'e1', '<1001>', 10, NULL), (2, 'e2', '<1002>', 20, 1), (3, NULL, '<1003>', 30, NULL);
            INSERT INTO orders VALUES (1, 1, '<1004>', 1), (1, 2, '<1005>', 2), (2, 1, '<1006>', NULL);
            INSERT INTO line VALUES (1, 1, 1, 'i1', '<1007>'), (1, 1, 2, 'i2', '<1008>'), (2, 1, 1, 'i1', '<1009>');
            INSERT INTO tag VALUES ('t1', 'l1', '<1010>'), ('t2', 'l2', '<1011>'), ('t3', NULL, '<1012>');
            INSERT INTO counter VALUES (1, 0), (2, 0);
            """;

    /** The only thing that happens to a counter: in the end it has counted every one that was committed, once. */
    static final String COUNT = "UPDATE counter SET points = points + 1 WHERE id = ";

    private final Random random;
    private int notes = 1;

    RandomWrites(Random random) {
        this.random = random;
    }

    List<String> transaction() {
        var statements = new ArrayList<String>();
        int length = 1 + random.nextInt(random.nextInt(4) == 0 ? 8 : 3);
        for (int i = 0; i < length; i++) {
            statements.addAll(
                    switch (random.nextInt(10)) {
                        case 0, 1, 2 -> customer();
                        case 3, 4 -> order();
                        case 5, 6 -> line();
                        case 7 -> List.of(COUNT + number(2));
                        default -> tag();
                    });
        }
        return List.copyOf(statements);
    }

    private List<String> customer() {
        String id = "" + number(5);
        String email = nullable("'e" + number(5) + "'");
        String boss = nullable("" + number(5));
        return switch (random.nextInt(11)) {
            case 0, 1 -> List.of("INSERT INTO customer VALUES (" + list(id, email, note(), number(9) + "", boss) + ")");
            case 2 ->
                List.of("INSERT INTO customer VALUES (" + list(id, email, note(), "1", boss)
                        + ") ON CONFLICT (id) DO UPDATE SET note = EXCLUDED.note, email = EXCLUDED.email");
            case 3, 4 -> List.of("UPDATE customer SET note = " + note() + " WHERE id = " + id);
            case 5 -> List.of("UPDATE customer SET points = points + 1 WHERE id <= " + id);
            case 6 -> List.of("UPDATE customer SET email = " + email + ", boss = " + boss + " WHERE id = " + id);
            case 7 -> swap(id, "" + number(5));
            case 8 -> List.of("UPDATE customer SET id = " + number(5) + " WHERE id = " + id);
            case 9 ->
                List.of(
                        "UPDATE customer SET boss = NULL WHERE boss = " + id,
                        "UPDATE orders SET customer = NULL WHERE customer = " + id,
                        "DELETE FROM customer WHERE id = " + id);
            default -> List.of("DELETE FROM customer WHERE id = " + id);
        };
    }

    /** Two customers exchange their addresses by way of NULL. */
    private static List<String> swap(String one, String other) {
        String pair = " FROM customer WHERE id IN (" + one + ", " + other + ")";
        return List.of("""
                DO $$
                DECLARE emails text[];
                BEGIN
                    emails := ARRAY(SELECT email%1$s ORDER BY id);
                    UPDATE customer SET email = NULL WHERE id IN (%2$s, %3$s);
                    UPDATE customer SET email = emails[2] WHERE id = least(%2$s, %3$s);
                    UPDATE customer SET email = emails[1] WHERE id = greatest(%2$s, %3$s);
                END $$""".formatted(pair, one, other));
    }

    private List<String> order() {
        String key = number(2) + ", " + number(3);
        return switch (random.nextInt(8)) {
            case 0, 1 -> List.of("INSERT INTO orders VALUES (" + list(key, note(), nullable("" + number(5))) + ")");
            case 2, 3 -> List.of("UPDATE orders SET note = " + note() + " WHERE (shop, no) = (" + key + ")");
            case 4 -> List.of("UPDATE orders SET customer = " + number(5) + " WHERE (shop, no) = (" + key + ")");
            case 5 -> List.of("UPDATE orders SET no = " + number(3) + " WHERE (shop, no) = (" + key + ")");
            default -> List.of("DELETE FROM orders WHERE (shop, no) = (" + key + ")");
        };
    }

    private List<String> line() {
        String key = number(2) + ", " + number(3) + ", " + number(2);
        String where = " WHERE (shop, no, pos) = (" + key + ")";
        String item = "'i" + number(3) + "'";
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> List.of("INSERT INTO line VALUES (" + list(key, item, note()) + ")");
            case 3, 4 -> List.of("UPDATE line SET note = " + note() + where);
            case 5 -> List.of("UPDATE line SET item = " + item + where);
            case 6 -> List.of("UPDATE line SET pos = " + number(2) + where);
            default -> List.of("DELETE FROM line" + where);
        };
    }

    private List<String> tag() {
        String code = "'t" + number(4) + "'";
        String label = "'l" + number(4) + "'";
        return switch (random.nextInt(7)) {
            case 0 -> List.of("INSERT INTO tag VALUES (" + list(code, nullable(label), note()) + ")");
            case 1 ->
                List.of("INSERT INTO tag VALUES (" + list(code, "NULL", note())
                        + ") ON CONFLICT (code) DO UPDATE SET note = EXCLUDED.note");
            case 2 -> List.of("UPDATE tag SET note = " + note() + " WHERE code = " + code);
            case 3 -> List.of("UPDATE tag SET label = " + nullable(label) + " WHERE code = " + code);
            case 4 ->
                List.of(
                        "UPDATE tag SET label = CASE label WHEN 'l1' THEN 'l2' ELSE 'l1' END WHERE label IN ('l1', 'l2')");
            case 5 -> List.of("DELETE FROM tag WHERE code = " + code);
            default ->
                List.of(
                        "DELETE FROM tag WHERE code = " + code,
                        "INSERT INTO tag VALUES (" + list(code, label, note()) + ")");
        };
    }

    private int number(int most) {
        return 1 + random.nextInt(most);
    }

    private String nullable(String value) {
        return random.nextInt(3) == 0 ? "NULL" : value;
    }

    private String note() {
        return "'<" + notes++ + ">'";
    }

    private static String list(String... values) {
        return String.join(", ", values);
    }
}
