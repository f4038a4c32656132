/* The version that run folders, captures and --version name. */
#ifndef SCN_VERSION_H
#define SCN_VERSION_H

#define SCN_VERSION "0.1"

#endif
