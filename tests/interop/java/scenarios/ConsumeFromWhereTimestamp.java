import java.text.SimpleDateFormat;
import java.util.Date;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;

/** A new group that wants the messages from some moment on. A broker answers offset 0 for a group
 * without offsets while a queue still has its first message in memory, so on a young topic, as
 * here, the group gets everything: the client never gets to ask for the moment. */
final class ConsumeFromWhereTimestamp implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(2);
        env.sendAll(env.producer(), 0, 20);
        DefaultMQPushConsumer consumer = env.pushConsumer();
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_TIMESTAMP);
        consumer.setConsumeTimestamp(new SimpleDateFormat("yyyyMMddHHmmss")
            .format(new Date(System.currentTimeMillis() + 3_600_000)));
        env.consume(consumer, "one", "*");
        env.ledger.awaitAllOnce(20);
    }
}
