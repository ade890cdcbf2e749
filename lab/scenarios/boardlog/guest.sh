# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/boardlog.ko
sleep 1
echo 0 > /sys/module/boardlog/parameters/selftest
echo 1 > /sys/module/boardlog/parameters/selftest
sh -c 'echo tester > /proc/self/comm; echo 3 > /sys/module/boardlog/parameters/selftest' &
