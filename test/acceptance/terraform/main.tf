# As a configuration for AWS: endpoint and access key of Cornac come from the environment.
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {}

variable "password" {
  type      = string
  sensitive = true
}

variable "storage" {
  type = number
}

variable "tags" {
  type = map(string)
}

variable "family" {
  type = string
}

variable "parameters" {
  type = list(object({ name = string, value = string, method = string }))
}

# 1 where a snapshot of the instance, and instances that are restored, are wanted; otherwise 0.
variable "copies" {
  type = number
}

# "source" where a read replica of the instance is wanted, "own" where that is to be an instance of its own; otherwise "".
variable "replica" {
  type = string
}

resource "aws_db_parameter_group" "orders" {
  name   = "orders"
  family = var.family
  tags   = var.tags

  dynamic "parameter" {
    for_each = var.parameters
    content {
      name         = parameter.value.name
      value        = parameter.value.value
      apply_method = parameter.value.method
    }
  }
}

resource "aws_db_instance" "orders" {
  identifier           = "orders"
  engine               = "postgres"
  instance_class       = "db.t3.micro"
  allocated_storage    = var.storage
  db_name              = "orders"
  username             = "clerk"
  password             = var.password
  ca_cert_identifier   = "rds-ca-rsa2048-g1"
  parameter_group_name = aws_db_parameter_group.orders.name
  apply_immediately    = true
  skip_final_snapshot  = true
  tags                 = var.tags

  backup_retention_period = 1
}

resource "aws_db_snapshot" "orders" {
  count = var.copies

  db_instance_identifier = aws_db_instance.orders.identifier
  db_snapshot_identifier = "orders-kept"
}

resource "aws_db_instance" "snapshot" {
  count = var.copies

  identifier          = "orders-snapshot"
  instance_class      = "db.t3.micro"
  snapshot_identifier = aws_db_snapshot.orders[0].id
  skip_final_snapshot = true
  # Without tags of its own it has those of its source, as in RDS.
  tags = var.tags
}

resource "aws_db_instance" "moment" {
  count = var.copies

  identifier          = "orders-moment"
  instance_class      = "db.t3.micro"
  skip_final_snapshot = true
  tags                = var.tags

  restore_to_point_in_time {
    source_db_instance_identifier = aws_db_instance.orders.identifier
    use_latest_restorable_time    = true
  }
}

resource "aws_db_instance" "replica" {
  count = var.replica == "" ? 0 : 1

  identifier          = "orders-replica"
  instance_class      = "db.t3.micro"
  replicate_source_db = var.replica == "source" ? aws_db_instance.orders.identifier : null
  skip_final_snapshot = true
  apply_immediately   = true
  tags                = var.tags
}

output "address" {
  value = aws_db_instance.orders.address
}
