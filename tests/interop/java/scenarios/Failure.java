/** What a scenario expected and did not get. */
final class Failure extends Exception {
    private static final long serialVersionUID = 1;

    Failure(String format, Object... values) {
        super(String.format(format, values));
    }

    static void unless(boolean expected, String format, Object... values) throws Failure {
        if (!expected) {
            throw new Failure(format, values);
        }
    }
}
