package dev.offsync.testing;

import dev.offsync.pg.SqlErrors;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes databases on a server: one per test, cloned from a template. */
public final class TestDatabases {
    /** What goes into a template before tests clone it: the tables of a shop, say. */
    @FunctionalInterface
    public interface Content {
        void fill(Sql database) throws SQLException;
    }

    private record TemplateKey(ServerAddress server, String name) {}

    private static final Map<TemplateKey, String> TEMPLATES = new ConcurrentHashMap<>();
    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static final ExecutorService DROPS = drops();
    private static final Map<ServerAddress, CountDownLatch> DROPPED = new ConcurrentHashMap<>();

    private TestDatabases() {}

    /** A fresh empty database; closing it drops it, whoever is still connected. */
    public static TestDatabase create(ServerAddress server) {
        return clone(server, "template1");
    }

    /** A fresh copy of the template {@code name}, which {@code content} fills the first time it is asked for. */
    public static TestDatabase create(ServerAddress server, String name, Content content) {
        String template = TEMPLATES.computeIfAbsent(new TemplateKey(server, name), key -> fill(key.server(), content));
        return clone(server, template);
    }

    /** A fresh empty database that keeps texts as {@code encoding}. */
    public static TestDatabase createAs(ServerAddress server, String encoding) {
        return create(server, "TEMPLATE template0 LOCALE 'C' ENCODING '" + encoding + "'");
    }

    static TestDatabase cloneOf(TestDatabase database) {
        return clone(database.server(), database.address().database());
    }

    private static String fill(ServerAddress server, Content content) {
        TestDatabase template = create(server);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> dropIfThere(template)));
        try (var sql = template.open()) {
            content.fill(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot fill a template", e);
        }
        return template.address().database();
    }

    /** Drops {@code database} beside the tests; the one that is ahead by too many waits for some of them. */
    static void dropSoon(TestDatabase database) {
        var gone = new CountDownLatch(1);
        DROPPED.put(database.address(), gone);
        DROPS.execute(() -> {
            try {
                dropIfThere(database);
            } finally {
                gone.countDown();
            }
        });
    }

    /** Waits until {@code database}, which was closed, is gone. */
    static void awaitDrop(TestDatabase database) {
        try {
            CountDownLatch gone = DROPPED.get(database.address());
            if (gone != null) {
                gone.await();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted before a database was dropped", e);
        }
    }

    private static ExecutorService drops() {
        var drops = new ThreadPoolExecutor(
                2,
                2,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(20),
                work -> {
                    var thread = new Thread(work, "drops databases");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.CallerRunsPolicy());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> finish(drops)));
        return drops;
    }

    private static void finish(ExecutorService drops) {
        drops.shutdown();
        try {
            drops.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Drops {@code database} now, unless its server is gone. */
    public static void dropIfThere(TestDatabase database) {
        try {
            database.drop();
        } catch (SQLException e) {
            if (!SqlErrors.isTransient(e)) {
                throw new IllegalStateException(
                        "cannot drop " + database.address().database(), e);
            }
            // the server went first, and the database with it
        }
    }

    private static TestDatabase clone(ServerAddress server, String template) {
        try {
            IdleSessions.forget(server.withDatabase(template));
            WarmSessions.end(server, template);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot free " + template, e);
        }
        return create(server, "TEMPLATE " + template + " STRATEGY file_copy");
    }

    private static TestDatabase create(ServerAddress server, String options) {
        String name = "test_" + ProcessHandle.current().pid() + "_" + COUNTER.incrementAndGet();
        try {
            onServer(server, "CREATE DATABASE " + name + " " + options);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create a database: " + options, e);
        }
        return new TestDatabase(server, server.withDatabase(name));
    }

    /** Runs a statement of the server's superuser outside any test's database. */
    static void onServer(ServerAddress server, String statement) throws SQLException {
        new TestDatabase(server, server).exec(statement);
    }
}
