# Runs in the guest, sourced by init. The kernel's command line says how many threads, and how long they pause.
threads=$(sed 's/.*lab.threads=\([0-9]*\).*/\1/' /proc/cmdline)
pause_ms=$(sed -n 's/.*lab.pause_ms=\([0-9]*\).*/\1/p' /proc/cmdline)
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
echo 20000 > /proc/sys/kernel/threads-max
/lab/idlers
insmod /lab/permitd.ko
/lab/client -n 0 -u 5000 auditor ioctl /dev/permits 1 &
sleep 1
/lab/queuers "$threads" "${pause_ms:-0}"
sleep 8
log "busy for a while now"
