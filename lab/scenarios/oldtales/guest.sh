# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/agedlog.ko
/lab/watched &
/lab/client archivist ioctl /dev/aged 11 &
sleep 1
/lab/client -n 3 -u 1000 reader read /dev/aged &
/lab/client -n 3 -u 1000 reader read /dev/aged &
sleep 8
insmod /lab/ledger.ko
/lab/client -n 0 -u 500 clerk ioctl /dev/ledger 0x35 &
/lab/client -n 0 -u 500 teller ioctl /dev/ledger 0x53 &
sleep 2
/lab/client -n 9 -u 500 auditor ioctl /dev/ledger 0x58 &
sleep 7
log "busy for a while now"
