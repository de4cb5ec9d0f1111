/** One after another, to a topic that is created for it. */
final class SendSync implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(4);
        env.sendAll(env.producer(), 0, 300);
        env.consumeAndCheck();
    }
}
