import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.MessageSelector;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;

/** Only what the SQL92 expression takes comes; one that does not compile is refused at the start. */
final class PushSqlFilter implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(4);
        DefaultMQPushConsumer consumer = env.pushConsumer();
        consumer.subscribe(env.topic, MessageSelector.bySql(
            "(TAGS IS NOT NULL AND TAGS IN ('red', 'blue')) AND price BETWEEN 0 AND 3 OR region = 'EU'"));
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            messages.forEach(message -> env.ledger.delivered("one", message));
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();

        DefaultMQProducer producer = env.producer();
        String[] tags = {"red", "green", "blue", ""};
        for (int i = 0; i < 200; i++) {
            Message message = env.message(i, tags[i % 4]);
            message.putUserProperty("price", Integer.toString(i % 10));
            boolean european = i % 50 == 1;
            if (european) {
                message.putUserProperty("region", "EU");
            }
            if (european || i % 2 == 0 && i % 10 <= 3) {
                env.ledger.sent(message);
            }
            producer.send(message);
        }
        env.ledger.awaitAllOnce(30);

        DefaultMQPushConsumer wrong = env.configured(new DefaultMQPushConsumer(env.group + "-wrong"));
        env.closeLater(wrong::shutdown);
        wrong.subscribe(env.topic, MessageSelector.bySql("price > 'much'"));
        wrong.registerMessageListener(
            (MessageListenerConcurrently) (messages, context) -> ConsumeConcurrentlyStatus.CONSUME_SUCCESS);
        try {
            wrong.start();
        } catch (MQClientException refused) {
            Failure.unless(String.valueOf(refused).contains("Invalid MessageSelector"), "refused with %s", refused);
            return;
        }
        throw new Failure("an expression that does not compile was taken");
    }
}
