package dev.offsync.ui;

/** Text in colour where that is on, else as it is. Only words of offsync's own are styled, never a row's values. */
record Style(boolean on) {
    static final Style PLAIN = new Style(false);

    String good(String text) {
        return wrap("32", text);
    }

    String warning(String text) {
        return wrap("33", text);
    }

    String bad(String text) {
        return wrap("31", text);
    }

    String heading(String text) {
        return wrap("1", text);
    }

    private String wrap(String code, String text) {
        return on ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
