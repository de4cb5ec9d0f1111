/** One thing that a program does with the client. It has topics and groups of its own. */
interface Scenario {
    void run(Env env) throws Exception;

    /** SendSync is called send-sync. */
    default String name() {
        return getClass().getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase();
    }
}
