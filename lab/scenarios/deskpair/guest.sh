# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/ledger.ko
insmod /lab/vaultdrv.ko
# one hang: two accounts in opposite order, nobody else is held up
/lab/client -n 0 -u 500 clerk ioctl /dev/ledger 0x35 &
/lab/client -n 0 -u 500 teller ioctl /dev/ledger 0x53 &
sleep 2
# another: the vault's door, with many visitors
/lab/client -n 0 -u 5000 sealer ioctl /dev/vault 1 &
sleep 1
for i in 1 2 3 4 5 6; do /lab/client -n 0 -u 2000 visitor read /dev/vault & done
sleep 7
log "busy for a while now"
