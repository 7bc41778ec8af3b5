package dev.offsync.bench;

import dev.offsync.testing.ServerAddress;
import dev.offsync.testing.Sql;
import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** PostgreSQL's own logical replication: a subscription that is switched on when everything is there to be applied. */
final class Replication {
    /** A change of the publisher that is made while the subscription is switched off. */
    @FunctionalInterface
    interface Change {
        void make() throws SQLException;
    }

    private Replication() {}

    /**
     * Seconds until the subscriber has applied {@code change}.
     *
     * @param link where the subscriber reaches the publisher: its address, or that of a proxy before it
     */
    static double catchUp(TestDatabase publisher, TestDatabase subscriber, ServerAddress link, Change change)
            throws SQLException {
        for (TestDatabase side : new TestDatabase[] {publisher, subscriber}) {
            side.exec("CREATE TABLE last_change (id int PRIMARY KEY)");
        }
        publisher.exec("CREATE PUBLICATION everything FOR ALL TABLES");
        try (var target = subscriber.open()) {
            subscribe(target, publisher, link, "copy_data = false, enabled = false");
            try {
                change.make();
                publisher.exec("INSERT INTO last_change VALUES (1)");
                long start = System.nanoTime();
                target.exec("ALTER SUBSCRIPTION everything ENABLE");
                await(target, "SELECT count(*) = 1 FROM last_change");
                return (System.nanoTime() - start) / 1e9;
            } finally {
                target.exec("DROP SUBSCRIPTION everything");
            }
        }
    }

    /** Seconds for the first copy of what the publisher's tables hold. */
    static double initialCopy(TestDatabase publisher, TestDatabase subscriber) throws SQLException {
        publisher.exec("CREATE PUBLICATION everything FOR ALL TABLES");
        try (var target = subscriber.open()) {
            long start = System.nanoTime();
            subscribe(target, publisher, publisher.address(), "copy_data = true");
            try {
                await(target, "SELECT bool_and(srsubstate IN ('s', 'r')) FROM pg_subscription_rel");
                return (System.nanoTime() - start) / 1e9;
            } finally {
                target.exec("DROP SUBSCRIPTION everything");
            }
        }
    }

    private static void subscribe(Sql target, TestDatabase publisher, ServerAddress link, String options)
            throws SQLException {
        target.exec("CREATE SUBSCRIPTION everything CONNECTION 'host=" + link.host() + " port=" + link.port()
                + " dbname=" + link.database() + " user=" + link.user() + " password=" + link.password()
                + "' PUBLICATION everything WITH (slot_name = '"
                + publisher.address().database() + "', " + options + ")");
    }

    private static void await(Sql target, String question) throws SQLException {
        while (!"t".equals(target.scalar(question))) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
