/** Small things about text. */
final class Text {
    private Text() {
    }

    /** Without what depends on the place and the time. */
    static String plain(String text) {
        return text == null || text.isEmpty() ? "(none)"
            : text.replaceAll("\\s*See https://\\S+ for further details\\.", "").replaceAll("127\\.0\\.0\\.1:[0-9]+", "ADDRESS").replaceAll("Tps=[0-9.]+", "Tps=RATE")
                .replaceAll("\\b1[6-9][0-9]{11}\\b", "TIME")
                .replaceAll("\\b[0-9A-F]{32}\\b", "ID");
    }

    static String cut(String text) {
        return text.length() <= 400 ? text : text.substring(0, 400) + "...";
    }
}
