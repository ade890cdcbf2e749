# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/ledger.ko
/lab/client -n 0 -u 500 clerk ioctl /dev/ledger 0x35 &
/lab/client -n 0 -u 500 teller ioctl /dev/ledger 0x53 &
/lab/client -n 0 -u 500 broker ioctl /dev/ledger 0x67 &
sleep 2
/lab/client -n 9 -u 500 auditor ioctl /dev/ledger 0x58 &
sleep 7
log "busy for a while now"
