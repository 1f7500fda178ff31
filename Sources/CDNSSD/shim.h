#include <dns_sd.h>
#ifdef __linux__
/* For avahi_set_allocator: see AvahiLibrary.swift. */
#include <avahi-common/malloc.h>
#endif
