// SPDX-License-Identifier: GPL-2.0-or-later
/* Brings fib0 up and sends on it. usage: fibuser NAME */
#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

int main(int argc, char **argv)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_halen = 6 };
	int s = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
	struct ifreq r = { .ifr_name = "fib0" };
	char frame[200];

	if (argc != 2)
		return 2;
	prctl(PR_SET_NAME, argv[1]);
	ioctl(s, SIOCGIFFLAGS, &r);
	r.ifr_flags |= IFF_UP;
	if (ioctl(s, SIOCSIFFLAGS, &r) || ioctl(s, SIOCGIFINDEX, &r)) {
		perror("fib0");
		return 1;
	}
	to.sll_ifindex = r.ifr_ifindex;
	memset(frame, 0x11, sizeof(frame));
	for (int i = 0;; i++) {
		sendto(s, frame, 60 + i % 120, 0, (void *)&to, sizeof(to));
		usleep(5000);
	}
}
