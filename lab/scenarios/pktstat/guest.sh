# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
taskset 1 insmod /lab/pktstat.ko
cat > /tmp/collect <<'END'
echo collectd > /proc/self/comm
read -r line < /proc/pktstat
END
taskset 2 sh /tmp/collect &
