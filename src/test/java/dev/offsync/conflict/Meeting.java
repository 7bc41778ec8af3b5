package dev.offsync.conflict;

import dev.offsync.model.Conflict;
import dev.offsync.model.ConflictType;
import dev.offsync.model.Row;
import dev.offsync.model.Rule;
import dev.offsync.model.Strategy;
import dev.offsync.model.TableName;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;

/** Conflicts and rules for the tests: two changes of product 7 that met. */
final class Meeting {
    static final TableName PRODUCTS = new TableName("public", "products");
    static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");
    static final Row BASE = product("lamp", "10.00", "5");

    private Meeting() {}

    static Row product(String name, String price, String stock) {
        return row("id", "7", "name", name, "price", price, "stock", stock);
    }

    static Row row(String... columnsAndValues) {
        var values = new LinkedHashMap<String, String>();
        for (int i = 0; i < columnsAndValues.length; i += 2) {
            values.put(columnsAndValues[i], columnsAndValues[i + 1]);
        }
        return new Row(values);
    }

    /** The local change is a minute later, the hub's version greater. */
    static Conflict of(ConflictType type, Row base, Row local, Row remote) {
        return stamped(
                new Conflict(PRODUCTS, "7", type, base, local, remote, 3, 4, null, null, List.of("id")),
                TEN.plusSeconds(60),
                TEN);
    }

    static Conflict updates(Row local, Row remote) {
        return of(ConflictType.UPDATE_UPDATE, BASE, local, remote);
    }

    static Conflict stamped(Conflict c, Instant local, Instant remote) {
        return new Conflict(
                c.table(),
                c.recordId(),
                c.type(),
                c.base(),
                c.local(),
                c.remote(),
                c.localVersion(),
                c.remoteVersion(),
                local,
                remote,
                c.keyColumns());
    }

    static Conflict versioned(Conflict c, long local, long remote) {
        return new Conflict(
                c.table(),
                c.recordId(),
                c.type(),
                c.base(),
                c.local(),
                c.remote(),
                local,
                remote,
                c.localChangedAt(),
                c.remoteChangedAt(),
                c.keyColumns());
    }

    static Rule rule(Strategy strategy) {
        return new Rule("*", "*", strategy, "public.settle", List.of(), Strategy.MANUAL, 0);
    }

    static Rule merge(Strategy fallback, String... deltas) {
        return new Rule("*", "*", Strategy.MERGE, "public.settle", List.of(deltas), fallback, 0);
    }

    /** Settles where no rule names a function. */
    static Decision decide(Conflict conflict, Rule rule) {
        return new Settlement((function, met) -> {
                    throw new CustomFunction.Raised("there is no function " + function);
                })
                .decide(conflict, rule);
    }
}
