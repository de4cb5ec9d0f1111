import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;

/**
 * Producers leave a broker whose write permission was taken, consumers go on; given back, it is
 * used again. Of the whole broker: to be run alone.
 */
final class WipeWritePerm implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(4);
        DefaultMQProducer producer = env.configured(new DefaultMQProducer("producer-" + env.topic));
        producer.setPollNameServerInterval(500);
        producer.start();
        env.closeLater(producer::shutdown);
        env.sendAll(producer, 0, 20);
        String namesrv = env.shared.namesrv;
        int topics = env.admin().wipeWritePermOfBroker(namesrv, env.brokerName());
        try {
            Failure.unless(topics > 0, "%d topics wiped", topics);
            Failure.unless(perm(env) == 4, "perm %d", perm(env));
            awaitSends(env, producer, false);
            env.consume("one", "*");
            env.ledger.awaitAll(30);
        } finally {
            topics = env.admin().addWritePermOfBroker(namesrv, env.brokerName());
        }
        Failure.unless(topics > 0, "%d topics given back", topics);
        Failure.unless(perm(env) == 6, "perm %d", perm(env));
        awaitSends(env, producer, true);
        env.sendAll(producer, 20, 20);
        env.ledger.awaitAll(30);
    }

    private static int perm(Env env) throws Exception {
        return env.admin().examineTopicRouteInfo(env.topic).getQueueDatas().get(0).getPerm();
    }

    /** Until a message is taken, or until none is. */
    private static void awaitSends(Env env, DefaultMQProducer producer, boolean taken) throws Exception {
        for (int i = 0; i < 100; i++) {
            Message message = env.message(1000 + i + (taken ? 1000 : 0));
            env.ledger.sent(message);
            try {
                env.ledger.acknowledged(message, producer.send(message));
                if (taken) {
                    return;
                }
            } catch (MQClientException | MQBrokerException refused) {
                env.ledger.neverSent(message);
                if (!taken) {
                    return;
                }
            }
            Thread.sleep(200);
        }
        throw new Failure("sends are %s for 20 s", taken ? "refused" : "taken");
    }
}
