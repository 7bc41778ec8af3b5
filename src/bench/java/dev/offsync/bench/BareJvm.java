package dev.offsync.bench;

import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.Driver;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The least that a command of this kind can do: parse its arguments, log a line, connect and ask one question. */
@Command(name = "bare")
public final class BareJvm implements Runnable {
    @Option(names = "--port")
    private int port;

    @Option(names = "--database")
    private String database = "";

    @Option(names = "--user")
    private String user = "";

    @Option(names = "--password")
    private String password = "";

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BareJvm()).execute(arguments));
    }

    @Override
    public void run() {
        var login = new Properties();
        login.setProperty("user", user);
        login.setProperty("password", password);
        try (var connection = new Driver().connect("jdbc:postgresql://127.0.0.1:" + port + "/" + database, login);
                var statement = connection.createStatement()) {
            statement.execute("SELECT 1");
            LoggerFactory.getLogger("bare").debug("asked");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
