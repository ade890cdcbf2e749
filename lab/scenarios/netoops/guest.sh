# Runs in the guest, sourced by init. The timer stays on the CPU that insmod ran on.
echo 2 > /proc/sys/kernel/watchdog_thresh
taskset 1 insmod /lab/netoops.ko
log "netoops is loaded, the fleet starts"
/lab/fleet 0 60000
