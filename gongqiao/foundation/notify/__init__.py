"""Notify 通知: an outbox in the transaction of the act; late is dropped, never sent late (architecture rule 4)."""
