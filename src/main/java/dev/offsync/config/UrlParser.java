package dev.offsync.config;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code postgresql://user:password@host:port,host2/dbname?name=value} as libpq does (PostgreSQL manual,
 * "Connection URIs"). No message quotes any part of the URL, because a password with characters that should have been
 * encoded can end up in any of them.
 */
final class UrlParser {
    private final boolean jdbc;
    private final Map<String, String> keywords = new LinkedHashMap<>();

    private UrlParser(boolean jdbc) {
        this.jdbc = jdbc;
    }

    /** The keywords of what follows {@code postgresql://}. */
    static Map<String, String> parse(String rest) {
        return new UrlParser(false).read(rest);
    }

    /** The keywords of what follows {@code jdbc:postgresql:}. */
    static Map<String, String> parseJdbc(String rest) {
        String withHosts = rest.startsWith("//") ? rest.substring(2) : "/" + rest;
        return Keywords.fromJdbc(new UrlParser(true).read(withHosts));
    }

    private Map<String, String> read(String rest) {
        int question = rest.indexOf('?');
        String path = question < 0 ? rest : rest.substring(0, question);
        int slash = path.indexOf('/');
        String authority = slash < 0 ? path : path.substring(0, slash);
        int at = authority.lastIndexOf('@');
        if (at >= 0) {
            readUser(authority.substring(0, at));
        }
        readHosts(authority.substring(at + 1));
        if (slash >= 0) {
            put("dbname", decode(path.substring(slash + 1)));
        }
        if (question >= 0) {
            readParameters(rest.substring(question + 1));
        }
        return keywords;
    }

    private void readUser(String user) {
        int colon = user.indexOf(':');
        put("user", decode(colon < 0 ? user : user.substring(0, colon)));
        if (colon >= 0) {
            put("password", decode(user.substring(colon + 1)));
        }
    }

    private void readHosts(String list) {
        List<String> hosts = new ArrayList<>();
        List<String> ports = new ArrayList<>();
        for (String one : list.split(",", -1)) {
            int close = one.startsWith("[") ? one.indexOf(']') : -1;
            if (one.startsWith("[") && close < 0) {
                throw broken("an IPv6 address lacks its closing bracket");
            }
            int colon = one.indexOf(':', close + 1);
            String host = colon < 0 ? one : one.substring(0, colon);
            if (close >= 0) {
                if (host.length() != close + 1) {
                    throw broken("after an IPv6 address in brackets only a port may follow");
                }
                host = host.substring(1, close);
            } else if (colon >= 0 && one.indexOf(':', colon + 1) >= 0) {
                throw broken("a host has several colons; an IPv6 address is written in brackets");
            }
            hosts.add(decode(host));
            ports.add(colon < 0 ? "" : one.substring(colon + 1));
        }
        put("host", String.join(",", hosts));
        if (ports.stream().anyMatch(port -> !port.isEmpty())) {
            put("port", String.join(",", ports));
        }
    }

    private void readParameters(String query) {
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            if (equals < 0 && !jdbc) {
                throw broken("a parameter after the ? has no =");
            }
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            // pgjdbc reads its parameters as a form, in which + is a blank; libpq does not.
            keywords.put(name, decode(jdbc ? value.replace('+', ' ') : value));
        }
    }

    private void put(String name, String value) {
        if (!value.isEmpty()) {
            keywords.put(name, value);
        }
    }

    static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer decoded = ByteBuffer.allocate(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '%') {
                decoded.put(bytes[i]);
                continue;
            }
            int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
            if (high < 0 || low < 0 || high + low == 0) {
                throw broken("a % is not followed by two hexadecimal digits of a character; a % itself is %25");
            }
            decoded.put((byte) (high * 16 + low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
        } catch (CharacterCodingException e) {
            throw broken("what is percent-encoded is not UTF-8");
        }
    }

    private static OffsyncException broken(String what) {
        return new OffsyncException(Reason.CONFIG, "the database URL cannot be read: " + what, DatabaseAddress.FORMS);
    }
}
